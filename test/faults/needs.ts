// What a machine must have for a row to be played, found out once by trying. A row that lacks something is told as skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryGroups } from './memory-group.ts';

const PROBES = {
  /** Linux, with util-linux. */
  linux: () => process.platform === 'linux' && existsSync('/usr/bin/prlimit'),
  /** Root that may mount: root of a container may be refused it. */
  mounts: () => isRoot() && canMount(),
  /** Root that may make network namespaces, with iproute2. */
  networks: () => isRoot() && canMount() && succeeds('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']),
  /** Root that may bound the memory of a group of processes. */
  'memory groups': () => isRoot() && memoryGroups() !== null,
  /** A C compiler, which Rust's linker needs anyway. */
  compiler: () => succeeds('cc', ['--version']),
  /** An addon that fails on demand can be built. */
  cargo: () => succeeds('cargo', ['--version']),
} as const;

export type Need = keyof typeof PROBES;

const known = new Map<Need, boolean>();

/** The first need that this machine cannot meet, or null. */
export function missing(needs: readonly Need[]): Need | null {
  return needs.find((need) => !has(need)) ?? null;
}

function has(need: Need): boolean {
  const found = known.get(need) ?? PROBES[need]();
  known.set(need, found);
  return found;
}

function isRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-mount-'));
  const mounted = succeeds('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (mounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return mounted;
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
