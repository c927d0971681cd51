// The product as a box gets it: what `npm pack` would carry, in a folder of its own, run as a user would type it.
import { join } from 'node:path';
import type { Box, BoxResult } from './box.ts';

const repository = join(import.meta.dirname, '..', '..');

/** The folder in the box. */
const FOLDER = '/opt/pearlctl-package';

/** What to seed a box with. */
export const PRODUCT: Record<string, string> = Object.fromEntries(
  ['package.json', 'templates', 'dist/bundle', 'dist/native'].map((part) => [
    `${FOLDER}/${part}`,
    join(repository, part),
  ]),
);

/** The words that run pearlctl from there. */
export const PEARLCTL = ['/usr/bin/node', `${FOLDER}/dist/bundle/pearlctl.mjs`] as const;

export const CONFIG = (stopTimeout = '5s'): string => `network = devnet
[miner]
wallet = rprl1p56h3fz2c5lsr7ahdnmgr3yrn5yukr32hejvjt0fnn8ghdcmd98uq2dzmx0
threads = 1
[gateway]
port = 0
metrics_port = 0
stop_timeout = ${stopTimeout}
`;

export interface Status {
  state: string;
  stateReason: string | null;
  supervisor: { pid: number } | null;
  service: { manager: string; enabled: boolean; active: boolean; startsAt: string; drift: string[] } | null;
  children: Record<'gateway' | 'miner', { pid: number | null; restarts: number }> | null;
  job: { height: number } | null;
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
