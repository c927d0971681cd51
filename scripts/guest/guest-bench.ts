// The interference table: what a foreground job on all cores, a timer and an echo suffer by mining, in each place that this machine
// has. Mining and pause take turns, so that what else the machine does hits both alike.
import { once } from 'node:events';
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lasting, until } from '../../test/fixtures/until.ts';
import type { Foreground, Guest, Place } from './guest-place.ts';
import { byHand, PLACES } from './places.ts';

/** What is promised of each place. */
const PROMISED = { job: 1.03, latency: 1.5, idleRate: 0.97 };
const OPTIONS = {
  guest: { type: 'boolean' },
  rounds: { type: 'string', default: '7' },
  megabytes: { type: 'string', default: '96' },
  seconds: { type: 'string', default: '20' },
  place: { type: 'string', multiple: true },
} as const;

const HELP = `npm run bench -- --guest [--rounds N] [--megabytes N] [--seconds N] [--place NAME]...

What mining does to the programs beside it, one row a place. Leave the machine alone meanwhile: it takes about half an hour.
  --rounds N      rounds with mining and without, in turns; the table shows medians (7)
  --megabytes N   what xz compresses in each round (96)
  --seconds N     how long each rate of the idle machine is measured (20)
  --place NAME    only this one: ${PLACES.map(({ name }) => name).join(', ')}, idle
`;

async function guestBench(words: readonly string[]): Promise<void> {
  if (words.includes('--help')) return console.log(HELP);
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const [rounds, megabytes, seconds] = [values.rounds, values.megabytes, values.seconds].map(Number);
  if (!rounds || !megabytes || !seconds || Math.min(rounds, megabytes, seconds) < 1) throw new Error(HELP);
  // Not below /tmp, of which a box has its own, and for its users to read.
  const folder = mkdtempSync(resolve('dist', 'guest-'));
  chmodSync(folder, 0o755);
  // A miner of this bench has a session of its own, which no Ctrl-C reaches. (A listener that goes with the signal would leave
  // execa's alone, and that ends the process.)
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupt.abort());
  try {
    const file = join(folder, 'text');
    await writeText(file, megabytes);
    console.log(`| place | xz on all cores | timer of 10 ms, p99 | echo over HTTP, p99 | |`);
    console.log('|---|---|---|---|---|');
    for (const { name, lacks, open } of PLACES) {
      if (values.place !== undefined && !values.place.includes(name)) continue;
      const why = lacks();
      if (why !== null) {
        console.log(`| ${name} | not here, because ${why} | | | |`);
        continue;
      }
      const said = await measured(open, (guest) => row(guest, file, rounds), interrupt.signal);
      console.log(`| ${name} | ${said} |`);
    }
    if (!(values.place?.includes('idle') ?? true)) return;
    const said = await measured(byHand, (guest) => idle(guest, rounds, seconds), interrupt.signal);
    console.log(`\nIdle machine, profile desktop to server: ${said}`);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A place that fails costs its own row alone; an interruption ends the table, once the guest is gone. */
async function measured(
  open: Place['open'],
  measure: (guest: Guest) => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  try {
    const guest = await open();
    try {
      signal.throwIfAborted();
      const interruption = once(signal, 'abort').then(() => Promise.reject(signal.reason));
      return await Promise.race([measure(guest), interruption]);
    } finally {
      await guest.stop();
    }
  } catch (error) {
    signal.throwIfAborted();
    return `failed: ${String(error).split('\n', 1)[0]}`;
  }
}

async function row(guest: Guest, file: string, rounds: number): Promise<string> {
  const [mining, paused]: [Foreground[], Foreground[]] = [[], []];
  await guest.foreground(file);
  for (let round = 0; round < rounds; round += 1) {
    await guest.pearlctl('pause');
    paused.push(await guest.foreground(file));
    await guest.pearlctl('resume');
    await mines(guest);
    mining.push(await guest.foreground(file));
  }
  const ratios = (['seconds', 'timerMs', 'echoMs'] as const).map((key) => {
    const [with_, without] = [mining, paused].map((all) => median(all.map((one) => one[key])));
    return { with_: with_ ?? Number.NaN, without: without ?? Number.NaN };
  });
  const cells = ratios.map(({ with_, without }, index) => {
    const unit = index === 0 ? 's' : 'ms';
    return `${(with_ / without).toFixed(index === 0 ? 3 : 2)} (${with_.toFixed(1)} ${unit}, ${without.toFixed(1)} without)`;
  });
  const holds = ratios.every(
    ({ with_, without }, index) => with_ / without <= (index === 0 ? PROMISED.job : PROMISED.latency),
  );
  return `${cells.join(' | ')} | ${holds ? 'holds' : 'does not hold'}`;
}

/** Of the profile desktop to that of a server, on a machine that does nothing else. */
async function idle(guest: Guest, rounds: number, seconds: number): Promise<string> {
  const rates: Record<'desktop' | 'server', number[]> = { desktop: [], server: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const profile of ['desktop', 'server'] as const) {
      await guest.pearlctl('config', 'set', 'rest.profile', profile);
      await guest.pearlctl('reload');
      // The load of what was just typed is over, too.
      await isFull(guest);
      const before = await mines(guest);
      await lasting(seconds * 1000);
      const after = await mines(guest);
      rates[profile].push((after.macs - before.macs) / (after.ms - before.ms));
    }
  }
  const ratio = median(rates.desktop) / median(rates.server);
  return `${ratio.toFixed(3)} of the rate (${ratio >= PROMISED.idleRate ? 'holds' : 'does not hold'}, 0.97 is promised).`;
}

/** The next figure that tells of more work. Asked once a second, or the asking would be the load for which it gives way. */
async function mines(guest: Guest): Promise<{ macs: number; ms: number }> {
  const { macs } = await done(guest);
  return until('mining', async () => {
    await lasting(1000);
    const now = await done(guest);
    return now.macs > macs ? now : null;
  });
}

async function isFull(guest: Guest): Promise<unknown> {
  return until('a machine that does nothing else', async () => {
    await lasting(5000);
    return (await status(guest)).working?.level === 'full';
  });
}

async function done(guest: Guest): Promise<{ macs: number; ms: number }> {
  const { macs } = await status(guest);
  return { macs: Number(macs ?? 0), ms: performance.now() };
}

async function status(guest: Guest): Promise<{ macs: string | null; working: { level: string } | null }> {
  return JSON.parse(await guest.pearlctl('status', '--json'));
}

/** Text that xz has work with: words from a small stock, drawn by a generator that gives the same ones each time. */
async function writeText(path: string, megabytes: number): Promise<void> {
  const file = createWriteStream(path);
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  const stock = Array.from(
    { length: 4096 },
    () =>
      next().toString(36) +
      next()
        .toString(36)
        .slice(0, next() % 7),
  );
  for (let written = 0; written < megabytes; written += 1) {
    let text = '';
    while (text.length < 1_000_000) text += `${stock[next() >>> 20] ?? ''} `;
    if (!file.write(text)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => file.end(resolve));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await guestBench(process.argv.slice(2));
