// Rows about memory that cannot be had: limits of a process, and the kernel's killer.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lasting, until } from '../fixtures/until.ts';
import { limit } from './limit.ts';
import { MemoryGroup, memoryGroups } from './memory-group.ts';
import type { ProcessName } from './moments.ts';
import type { Row } from './row.ts';
import { startAgain } from './signals.ts';
import type { FaultStage } from './stage.ts';

const MEBIBYTE = 1 << 20;

/** It may live on what it has; a new job or a collection needs more. A supervisor that ends of it is started again. */
const NO_MORE: Row[] = (['supervisor', 'gateway', 'miner'] as const).map((name) => ({
  fault: `${name}: no memory can be had any more for 5 s (RLIMIT_AS)`,
  moment: 'ready',
  expected: 'running',
  needs: ['linux'],
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pid = pidOf(stage, name);
    limit(pid, 'as', '1:unlimited');
    await lasting(5000);
    if (stage.isUp && pid === pidOf(stage, name)) limit(pid, 'as', 'unlimited:unlimited');
    const struckMs = performance.now();
    if (!stage.isUp) await startAgain(stage);
    await stage.running();
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
}));

function pidOf(stage: FaultStage, name: ProcessName): number {
  return name === 'supervisor' ? stage.supervisorPid : stage.pidOf(name);
}

/** The kernel's killer, in a control group of the row's own; the miner that comes after it is not in that group. */
const OUT_OF_MEMORY: Row[] = (['miner', 'gateway'] as const).map((name) => ({
  fault: `${name}: ended by the kernel for want of memory (OOM)`,
  moment: 'ready',
  expected: 'running, named as want of memory',
  needs: ['memory groups'],
  quick: name === 'miner',
  play: async (stage) => {
    const group = newGroup(stage);
    stage.start();
    await stage.running();
    const pid = stage.pidOf(name);
    group.add(pid);
    // The supervisor looks once a second where its children are, and writes its figures after that.
    const addedMs = Date.now();
    await until('the supervisor to see the group', () => {
      const { updated_at: updatedAt } = stage.statistics() ?? {};
      return Date.parse(updatedAt) > addedMs + 2500;
    });
    // The first version of control groups refuses a bound below what is used and cannot be given back.
    await until('a bound that is taken', () => {
      group.limit(group.usedBytes());
      return true;
    });
    const eater = eatIn(group);
    stage.afterwards(() => void eater.kill('SIGKILL'));
    await until('the kernel to act', () => group.kills() > 0);
    const struckMs = performance.now();
    const { children } = await stage.runningWithout(name, pid);
    const isNamed = new RegExp(`the ${name} was killed by SIGKILL: the kernel ended it for want of memory`).test(
      stage.log(),
    );
    const { lastExit: last } = children[name];
    const state =
      last?.signal === 'SIGKILL' && isNamed ? 'running, named as want of memory' : `running, ${JSON.stringify(last)}`;
    return { state, recoveryMs: performance.now() - struckMs };
  },
}));

/**
 * As under systemd's MemoryMax: one bound for all three, a miner that outgrows it, and a bound that is raised. The kernel chooses
 * the miner, but goes on to the supervisor if that needs a page while a killed miner still gives its memory back: its log says so
 * beside other work, 15 ms after the miner. A service manager then starts the service again, and so does the row.
 */
const SERVICE_BOUND: Row = {
  fault: 'bound of memory for the whole service; the miner outgrows it (OOM) until the bound is raised after 5 s',
  moment: 'reloading',
  expected: 'running, the miner chosen first',
  quick: true,
  needs: ['memory groups'],
  play: async (stage) => {
    const group = newGroup(stage);
    stage.start();
    group.add(stage.supervisorPid);
    await stage.running();
    const miner = killScore(pidOf(stage, 'miner'));
    const others = (['gateway', 'supervisor'] as const).map((name) => killScore(pidOf(stage, name)));
    group.limit(group.usedBytes() + 24 * MEBIBYTE);
    // Needs some 64 MiB more than before.
    stage.configure({ miner: { memory: '512M' }, shape: { m: 8192, n: 8192, k: 4096 } });
    stage.supervisor?.kill('SIGHUP');
    await until('the kernel to act', () => group.kills() > 0);
    const isRestarted = () => (stage.sidecar()?.children.miner.restarts ?? 0) > 0;
    await Promise.all([lasting(5000), until('a restart, or the end', () => isRestarted() || !stage.isUp)]);
    group.limit(null);
    const struckMs = performance.now();
    const hasLived = stage.isUp;
    if (!hasLived) await startAgain(stage);
    const { children } = await stage.running();
    const recoveryMs = performance.now() - struckMs;
    const isChosenFirst = others.every((score) => score < miner);
    const isMiner = !hasLived || (children.miner.restarts > 0 && children.gateway.restarts === 0);
    const state = isChosenFirst && isMiner ? SERVICE_BOUND.expected : JSON.stringify({ miner, others, children });
    return { state, recoveryMs };
  },
};

/** Takes memory in a group, for a child that may live on what it has. It stays far smaller than a child, which is ended first. */
function eatIn(group: MemoryGroup): ChildProcess {
  // Keeps all of a line.
  const eater = spawn('tail', { stdio: ['pipe', 'ignore', 'ignore'] });
  if (eater.pid === undefined) throw new Error('no tail');
  group.add(eater.pid);
  // It may be ended before it has read all.
  eater.stdin.on('error', () => {});
  eater.stdin.end(Buffer.alloc(256 * MEBIBYTE));
  return eater;
}

/** The kernel ends the process with the highest one first (proc(5), oom_score). */
function killScore(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/oom_score`, 'latin1'));
}

function newGroup(stage: FaultStage): MemoryGroup {
  const kind = memoryGroups();
  if (kind === null) throw new Error('no control groups');
  const group = new MemoryGroup(kind, `pearlctl-fault-${process.pid}-${performance.now().toFixed(0)}`);
  stage.afterwards(async () => {
    group.limit(null);
    await group.remove();
  });
  return group;
}

export const MEMORY_ROWS: readonly Row[] = [...NO_MORE, ...OUT_OF_MEMORY, SERVICE_BOUND];
