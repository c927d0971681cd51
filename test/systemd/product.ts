// The product as a box gets it: what `npm pack` would carry, in a folder of its own, run as a user would type it.
import { join } from 'node:path';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { writeVersion } from '../service/other-version.ts';
import type { Box, BoxResult } from './box.ts';

const repository = join(import.meta.dirname, '..', '..');

/** The folder in the box. */
export const FOLDER = '/opt/pearlctl-package';

/** What to seed a box with. */
export const PRODUCT: Record<string, string> = Object.fromEntries(
  ['package.json', 'templates', 'dist/bundle', 'dist/native', 'dist/page'].map((part) => [
    `${FOLDER}/${part}`,
    join(repository, part),
  ]),
);

/** The words that run pearlctl from there. */
export const PEARLCTL = ['/usr/bin/node', `${FOLDER}/dist/bundle/pearlctl.mjs`] as const;

export const CONFIG = (level = 'info'): string => `network = devnet
[miner]
wallet = ${walletFromProgram(Buffer.alloc(32, 1), 'devnet')}
threads = 1
[gateway]
port = 0
metrics_port = 0
[logs]
level = ${level}
`;

export interface Status {
  state: string;
  stateReason: string | null;
  supervisor: { pid: number } | null;
  service: { manager: string; enabled: boolean; active: boolean; startsAt: string; drift: string[] } | null;
  children: Record<
    'gateway' | 'miner',
    { pid: number | null; restarts: number; lastExit: { signal: string | null } | null }
  > | null;
  job: { height: number } | null;
}

/** Another version of the product, made in `folder`: the same program that calls itself `version`. */
export function productAs(
  version: string,
  folder: string,
  whole: boolean,
): { seed: Record<string, string>; command: string[] } {
  writeVersion(version, folder, whole);
  const place = `${FOLDER}-${version}`;
  const seed = Object.fromEntries(
    Object.entries(PRODUCT).map(([target, source]) => [target.replace(FOLDER, place), source]),
  );
  seed[`${place}/package.json`] = join(folder, 'package.json');
  if (whole) seed[`${place}/dist/native`] = join(folder, 'dist', 'native');
  return { seed, command: ['/usr/bin/node', `${place}/dist/bundle/pearlctl.mjs`] };
}

/** `pearlctl status --json`, from the installed program. */
export async function statusOf(run: (command: string[]) => Promise<BoxResult>, ...flags: string[]): Promise<Status> {
  const result = await run([...PEARLCTL, 'status', '--json', ...flags]);
  return JSON.parse(result.stdout) as Status;
}

/** Runs pearlctl as root. */
export function pearlctl(box: Box, ...args: string[]): Promise<BoxResult> {
  return box.exec([...PEARLCTL, ...args]);
}
