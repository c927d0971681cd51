// What a service lives through in whatever form its program came: it is set up and mines, comes back after a reboot, and goes on in a
// newer version that takes over while it mines.
import type { Test } from 'tap';
import { VERSION } from '../../src/base/version.ts';
import { until } from '../fixtures/until.ts';
import type { Box, BoxResult } from './box.ts';
import type { Status } from './product.ts';
import { lost, type Run, secondsWithout, verdicts } from './switch-cost.ts';
import { isAside } from './traces.ts';

type FormStatus = Status & { version: string; blocks: { accepted: number } };

export interface Form {
  /** Runs pearlctl as its user types it. */
  readonly pearlctl: (...args: string[]) => Promise<BoxResult>;
  /** Runs a program of the system as that user. */
  readonly run: Run;
  /** `systemctl`, with the flag for the manager that is meant. */
  readonly systemctl: readonly string[];
  /** Where the service writes down its shares. */
  readonly ledger: string;
  /** Brings version 9.1.0, and has the service take it. */
  readonly upgrade: () => Promise<unknown>;
}

/** The service is running, and has had blocks accepted since it started. */
export function mining(form: Form, what: string, more: (now: FormStatus) => boolean = () => true): Promise<FormStatus> {
  return until<FormStatus | false>(what, async () => {
    const { stdout } = await form.pearlctl('status', '--json');
    const now = JSON.parse(stdout) as FormStatus;
    return now.state === 'running' && now.blocks.accepted > 0 && more(now) && now;
  });
}

export async function live(t: Test, box: Box, form: Form): Promise<void> {
  const done = async (...args: string[]) => {
    const result = await form.pearlctl(...args);
    t.equal(result.exitCode, 0, result.stderr);
  };

  await t.test('set up, it mines, also after a reboot', async () => {
    await done('init', '--yes', '--network', 'devnet', '--threads', '1');
    await done('install', '--yes');
    await mining(form, 'blocks');
    await box.reboot();
    await mining(form, 'blocks after the reboot');
  });

  await t.test('a newer version takes over while it mines, and no share is lost', async (t) => {
    const was = await mining(form, 'the old version', ({ version }) => version === VERSION);
    const before = (await verdicts(form.run, form.ledger)).length;
    await form.upgrade();
    const seconds = await secondsWithout(form.run, form.systemctl);
    t.comment(`${seconds.toFixed(1)} s without mining`);
    t.ok(seconds > 0 && seconds < 15, 'five times what is promised');
    const now = await mining(form, 'the new version', ({ version }) => version === '9.1.0');
    t.not(now.supervisor?.pid, was.supervisor?.pid);
    t.same(lost((await verdicts(form.run, form.ledger)).slice(before)), []);
    t.equal((await form.run([...form.systemctl, 'is-enabled', 'pearlctl'])).stdout, 'enabled');
  });
}

/** What a package manager and a cache write down of any package. */
const OF_PACKAGES = /^\/var\/(?:lib\/(?:dpkg|rpm)|log\/dpkg\.log|cache)(?:[/ ]|$)/;

/** Every path of the box with its kind, mode, owner and size, but for what changes in any life of a machine. */
export async function everything(box: Box): Promise<string[]> {
  const whole = ['-printf', '%p %M %u:%g %s %l\\n'];
  const folders = ['-type', 'd', '-printf', '%p %M %u:%g\\n'];
  const list = await box.run(['find', '/', '-xdev', ...folders, '-o', ...whole]);
  const names = await box.run(['find', '/run', '/tmp', '-name', '*pearlctl*']);
  const accounts = await box.run(['cat', '/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow']);
  return [list, names, accounts]
    .flatMap((text) => text.split('\n'))
    .filter((line) => !isAside(line.split(' ', 1)[0] ?? '') && !OF_PACKAGES.test(line))
    .sort();
}

/** What is there since then, and what is not any more. */
export async function changes(box: Box, before: readonly string[]): Promise<string[]> {
  const [was, now] = [new Set(before), new Set(await everything(box))];
  return [...now]
    .flatMap((line) => (was.has(line) ? [] : [`+ ${line}`]))
    .concat([...was].flatMap((line) => (now.has(line) ? [] : [`- ${line}`])));
}
