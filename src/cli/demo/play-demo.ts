// The whole story on one machine in some seconds: supervisor, gateway and miner on the embedded devnet, real proofs, a
// killed miner that comes back, a clean stop. Everything is seen through the sidecar, the statistics and the ledger.
import { setTimeout as delay } from 'node:timers/promises';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { DEATH_LIMIT_MS } from '../../base/time-limit.ts';
import { createDemoHome, type DemoHome } from './demo-home.ts';
import { narrate, stamp } from './narration.ts';
import { acceptedBlocks, type Observation, observe } from './observation.ts';
import { ONE_BLOCK, type ScenarioStep, STEPS } from './scenario.ts';
import { runForShow, type Supervised, startSupervisor } from './supervised.ts';
import { Traces } from './traces.ts';

/** How often the files are looked at: often enough that news look live. */
const LOOK_EVERY_MS = 150;

export interface DemoOptions {
  /** Takes one line of the story; without it nothing is shown. */
  readonly tell?: (line: string) => void;
  /** Ctrl-C: everything is stopped and removed all the same. */
  readonly signal: AbortSignal;
  /** Stops after the first block. */
  readonly once: boolean;
}

export interface DemoResult {
  readonly blocks: number;
  readonly seconds: number;
}

interface Stage {
  readonly home: DemoHome;
  readonly supervisor: Supervised;
  readonly traces: Traces;
  readonly startedMs: number;
  readonly tell: (text: string) => void;
  readonly silent: boolean;
  readonly signal: AbortSignal;
  readonly steps: readonly ScenarioStep[];
}

/**
 * Resolves when all is shown and gone, to null when it was interrupted. Throws DEMO_FAILED, after the same cleaning up, when any
 * of it did not happen.
 */
export async function runDemo({ tell, signal, once }: DemoOptions): Promise<DemoResult | null> {
  const startedMs = performance.now();
  const home = await createDemoHome(once);
  const stage: Stage = {
    home,
    supervisor: startSupervisor(home),
    traces: new Traces(),
    startedMs,
    tell: (text) => tell?.(stamp(performance.now() - startedMs, text)),
    silent: tell === undefined,
    signal,
    steps: once ? ONE_BLOCK : STEPS,
  };
  stage.tell(`home     ${home.folder}`);
  let blocks: number | null;
  try {
    blocks = await play(stage);
  } finally {
    await cleanUp(stage);
  }
  if (blocks === null) return null;
  if (stage.supervisor.ending()?.exitCode !== 0) throw failure(stage, 'The supervisor did not stop cleanly');
  stage.tell(`done     ${blocks} blocks, no process and no file left`);
  return { blocks, seconds: (performance.now() - startedMs) / 1000 };
}

/** The blocks that were accepted; null when it was interrupted. */
async function play(stage: Stage): Promise<number | null> {
  let last: Observation | null = null;
  for (const step of stage.steps) {
    last = await reach(stage, step, last);
    if (last === null) return null;
    if (step.afterwards === 'kill-miner') killMiner(stage, last);
  }
  if (!stage.silent) {
    stage.tell('status   what `pearlctl status` says:');
    const shown = await runForShow(stage.home, ['status']);
    if (stage.signal.aborted) return null;
    if (!shown) throw failure(stage, '`pearlctl status` failed');
  }
  stage.tell('stop     SIGTERM, as a service manager sends it');
  return last ? acceptedBlocks(last) : 0;
}

/** Looks again and again until the step is reached, telling the news; null when it was interrupted. */
async function reach(stage: Stage, step: ScenarioStep, start: Observation | null): Promise<Observation | null> {
  let deadlineMs = performance.now() + step.deadlineMs;
  let before = start;
  for (;;) {
    stage.traces.note(stage.home.paths);
    const now = await observe(stage.home.paths);
    for (const line of narrate(before, now)) stage.tell(line);
    if (step.reached(now, start ?? now)) return now;
    if (before !== null && acceptedBlocks(now) > acceptedBlocks(before))
      deadlineMs = performance.now() + step.deadlineMs;
    before = now;
    if (stage.signal.aborted) return null;
    if (stage.supervisor.ending()) throw failure(stage, 'The supervisor ended before its time');
    if (performance.now() > deadlineMs) throw failure(stage, `Timed out waiting for ${step.awaits}`);
    await delay(LOOK_EVERY_MS, undefined, { signal: stage.signal }).catch(() => {});
  }
}

function killMiner({ tell }: Stage, { status }: Observation): void {
  const pid = status.children?.miner.pid ?? null;
  if (pid === null) return;
  tell(`kill -9  process ${pid}, the miner`);
  process.kill(pid, 'SIGKILL');
}

/** Ends every process of the demo and removes its home; throws when something would not go. */
async function cleanUp({ home, supervisor, traces }: Stage): Promise<void> {
  traces.note(home.paths);
  await supervisor.stop();
  const deadlineMs = performance.now() + DEATH_LIMIT_MS;
  while (traces.alive().length > 0 && performance.now() < deadlineMs) await delay(LOOK_EVERY_MS);
  const left = traces.alive();
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  await home.remove();
  if (left.length > 0) {
    const names = left.map(({ name, pid }) => `${name} ${pid}`).join(', ');
    throw new PearlError('DEMO_FAILED', `These processes outlived the supervisor and were killed: ${names}.`);
  }
}

function failure({ supervisor }: Stage, what: string): PearlError {
  const ending = supervisor.ending();
  const how = ending ? ` (exit code ${ending.exitCode ?? ending.signal})` : '';
  const lines = supervisor.lastLines.slice(-5).map((line) => line.slice(0, 300));
  return new PearlError('DEMO_FAILED', `${what}${how}.`, {
    hint:
      lines.length > 0 ? ['Its last lines:', ...lines].join('\n  ') : fix`It said nothing. Try: ${pearlctl('doctor')}`,
  });
}
