// The past in memory and in its file: whatever the clock does and whatever a crash tears, times rise, counts add up and the
// bounds hold.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { Events, MOST_EVENTS, type PastEvent } from '../../../src/state/history/events.ts';
import {
  HISTORY_BYTES,
  historyHead,
  placeBin,
  placeEvent,
  readHistory,
} from '../../../src/state/history/history-codec.ts';
import { HistoryFile, readHistoryFile } from '../../../src/state/history/history-file.ts';
import { type Bin, LEVELS, RANGES, type RangeName } from '../../../src/state/history/levels.ts';
import { Past, type Sample } from '../../../src/state/history/past.ts';

const NAMES = Object.keys(RANGES) as RangeName[];
const BEGIN = 1_760_000_000;

function sample(atSeconds: number, rate = 1000, accepted = 0): Sample {
  const shares = { accepted, rejected: 0, stale: 0, dropped: 0 };
  return { atMs: atSeconds * 1000, macsPerSecond: rate, shares, celsius: null, watts: null };
}

function fileOf(past: Past, samples: readonly Sample[], file = Buffer.alloc(HISTORY_BYTES)): Buffer {
  historyHead().copy(file);
  for (const one of samples) {
    for (const { level, bin } of past.add(one)) {
      const { offset, bytes } = placeBin(level, bin);
      bytes.copy(file, offset);
    }
  }
  return file;
}

t.test('each range is kept as long and as fine as it says, and no longer', async (t) => {
  const past = new Past();
  const days = 32;
  const end = BEGIN + days * 86_400;
  for (let at = BEGIN; at < end; at += 60) past.add(sample(at, at - BEGIN, at - BEGIN));
  for (const name of NAMES) {
    const { seconds, level } = RANGES[name];
    const bins = past.series(name, end);
    const step = Math.max(LEVELS[level].stepSeconds, 60);
    t.ok(Math.abs(bins.length - seconds / step) <= 1, `${name}: ${bins.length} bins`);
    t.equal(bins.at(-1)?.high, days * 86_400 - 60, 'the newest sample is in each of them');
    const shares = bins.reduce((sum, { accepted }) => sum + accepted, 0);
    t.ok(shares > seconds - 2 * step && shares <= seconds + step, `${name}: as many shares as in that time, ${shares}`);
  }
});

t.test('a later reader is given the bins that are new, and the one that grew', async (t) => {
  const past = new Past();
  for (let at = BEGIN; at < BEGIN + 60; at += 2) past.add(sample(at));
  const [first] = past.series('15m', BEGIN + 60, BEGIN + 50);
  t.equal(first?.at, BEGIN + 50);
});

const jumps = fc.array(
  fc.record({ jump: fc.integer({ min: -400, max: 9000 }), rate: fc.nat(1e12), shares: fc.nat(3) }),
  {
    maxLength: 400,
  },
);

function samplesOf(steps: readonly { jump: number; rate: number; shares: number }[]): Sample[] {
  let [at, accepted] = [BEGIN, 0];
  return steps.map(({ jump, rate, shares }) => {
    at += jump;
    accepted += shares;
    return sample(at, rate, accepted);
  });
}

t.test('whatever the clock does, times rise, means lie between the extremes and the bounds hold', async () => {
  fc.assert(
    fc.property(jumps, (steps) => {
      const past = new Past();
      const samples = samplesOf(steps);
      fileOf(past, samples);
      const now = (samples.at(-1)?.atMs ?? 0) / 1000;
      return NAMES.every((name) => isSound(past.series(name, now), name));
    }),
    { numRuns: 60 },
  );
});

function isSound(bins: readonly Bin[], name: RangeName): boolean {
  const { stepSeconds, places } = LEVELS[RANGES[name].level];
  const rises = bins.every((bin, index) => index === 0 || bin.at - (bins[index - 1]?.at ?? 0) >= stepSeconds);
  const lies = bins.every(({ low, mean, high, at }) => low <= mean + 1 && mean <= high + 1 && at % stepSeconds === 0);
  return rises && lies && bins.length <= places + 2;
}

t.test('a restart at any moment loses no full bin of any range, and counts no share twice', async () => {
  const steps = fc.array(fc.record({ jump: fc.integer({ min: 1, max: 700 }), rate: fc.nat(1e12), shares: fc.nat(3) }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(steps, fc.nat(), (all, cut) => {
      const samples = samplesOf(all);
      const whole = new Past();
      fileOf(whole, samples);
      const before = new Past();
      const at = cut % (samples.length + 1);
      const file = fileOf(before, samples.slice(0, at));
      const kept = readHistory(file);
      const after = new Past(kept?.bins);
      // What the first process had begun and not filled is gone: at most the finest bin, of the last sample.
      for (const one of samples.slice(at)) after.add(one);
      const now = (samples.at(-1)?.atMs ?? 0) / 1000;
      return NAMES.every((name) => {
        const sums = [whole, after].map((past) =>
          past.series(name, now).reduce((sum, { accepted }) => sum + accepted, 0),
        );
        const [wanted = 0, found = 0] = sums;
        const samplesLost = [whole, after].map((past) =>
          past.series(name, now).reduce((sum, bin) => sum + bin.samples, 0),
        );
        return found <= wanted && wanted - found <= 5 * 3 + 3 && (samplesLost[0] ?? 0) - (samplesLost[1] ?? 0) <= 5;
      });
    }),
    { numRuns: 60 },
  );
});

t.test('a torn or foreign byte costs its own place and no other, and never throws', async () => {
  const file = fileOf(
    new Past(),
    Array.from({ length: 400 }, (_, index) => sample(BEGIN + index * 5, index, index)),
  );
  const whole = readHistory(file);
  const count = (kept: ReturnType<typeof readHistory>) => kept?.bins.flat().length ?? 0;
  fc.assert(
    fc.property(fc.integer({ min: 64, max: HISTORY_BYTES - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const torn = Buffer.from(file);
      torn.writeUInt8(torn.readUInt8(at) ^ flip, at);
      const lost = count(whole) - count(readHistory(torn));
      return lost === 0 || lost === 1;
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: HISTORY_BYTES - 64, maxLength: HISTORY_BYTES - 64 }), (noise) => {
      const kept = readHistory(Buffer.concat([historyHead(), noise]));
      return count(kept) === 0 && kept?.events.length === 0;
    }),
    { numRuns: 5 },
  );
});

t.test('the same again within a quarter of an hour is one event that happened several times', async (t) => {
  const events = new Events();
  for (let minute = 0; minute < 60; minute += 1) {
    events.add('outage', 'no pool can be reached', minute * 60_000);
    events.add('recovery', 'there is a job again', minute * 60_000 + 1000);
  }
  t.match(events.all, [
    { kind: 'outage', times: 60, atMs: 0, lastMs: 59 * 60_000 },
    { kind: 'recovery', times: 60 },
  ]);
  events.add('outage', 'no pool can be reached', 80 * 60_000);
  t.equal(events.all.length, 3);
  t.equal(events.newestOf('recovery')?.times, 60);
});

t.test('events come back from the file as they were, bounded in number and in length', async () => {
  const event = fc.record({
    number: fc.nat(1_000_000),
    kind: fc.constantFrom('start', 'pause', 'block') as fc.Arbitrary<PastEvent['kind']>,
    atMs: fc.nat(),
    lastMs: fc.nat(),
    times: fc.nat(1000),
    text: fc.string({ unit: 'grapheme', maxLength: 400 }),
  });
  fc.assert(
    fc.property(event, (one) => {
      const file = Buffer.alloc(HISTORY_BYTES);
      historyHead().copy(file);
      const { offset, bytes } = placeEvent(one);
      bytes.copy(file, offset);
      const [read] = readHistory(file)?.events ?? [];
      if (read === undefined || Buffer.byteLength(read.text) > 230) return false;
      const isWhole = Buffer.byteLength(one.text) <= 226;
      return (
        { ...read, text: '' }.number === one.number &&
        read.kind === one.kind &&
        (isWhole && !one.text.endsWith('\ufffd') ? read.text === one.text : true)
      );
    }),
  );
  const many = new Events(Array.from({ length: 600 }, (_, number) => ({ ...blank, number, text: `${number}` })));
  if (many.all.length !== MOST_EVENTS) throw new Error('not bounded');
});

const blank: PastEvent = { number: 0, kind: 'start', atMs: 0, lastMs: 0, times: 1, text: '' };

t.test('the file has one size for ever; another layout is begun again, and a broken one is none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-history-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'history.bin');
  t.same(readHistoryFile(path), { bins: [], events: [] });
  const file = new HistoryFile(path);
  const [bin] = new Past().add(sample(BEGIN));
  t.equal(bin, undefined, 'a bin is written when it is full');
  const past = new Past();
  for (const one of [sample(BEGIN), sample(BEGIN + 5), sample(BEGIN + 10)]) {
    for (const { level, bin } of past.add(one)) file.write(placeBin(level, bin));
  }
  file.write(placeEvent({ ...blank, number: 7, text: 'pearlctl 0.1.0 supervises devnet' }));
  file.close();
  t.equal(statSync(path).size, HISTORY_BYTES);
  t.ok(HISTORY_BYTES < 2_000_000);
  t.equal(statSync(path).mode & 0o777, 0o600);
  const kept = readHistoryFile(path);
  t.equal(kept.bins[0]?.length, 2);
  t.match(kept.events, [{ number: 7, text: 'pearlctl 0.1.0 supervises devnet' }]);
  const again = new HistoryFile(path);
  t.same(again.kept, kept);
  again.close();
  for (const harm of [
    () => truncateSync(path, 100),
    () => appendFileSync(path, 'more'),
    () => writeFileSync(path, Buffer.alloc(HISTORY_BYTES)),
  ]) {
    harm();
    t.same(readHistoryFile(path), { bins: [], events: [] });
    const begun = new HistoryFile(path);
    begun.close();
    t.equal(readFileSync(path).length, HISTORY_BYTES);
  }
  t.throws(() => new HistoryFile(folder), { code: 'EISDIR' });
});

t.test('what was counted before the first sample is news where the counts before are known', async (t) => {
  const past = new Past();
  past.countFrom(sample(BEGIN, 0, 40).shares);
  past.add(sample(BEGIN + 1, 1000, 57));
  t.match(past.series('15m', BEGIN + 1), [{ accepted: 17 }]);
});
