// The truth after an install: is the service loaded, alive, ready, and has it fetched work? Four different things, each
// seen, none assumed.
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, type ExitCode, PearlError } from '../base/errors.ts';
import type { Paths } from '../config/paths.ts';
import { type LifeFiles, lifeOf } from '../state/life.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../state/sidecar/sidecar-record.ts';
import { readStats } from '../state/stats/stats-record.ts';
import type { ServiceManager, ServiceState } from './manager.ts';
import type { ManagerKind } from './place.ts';
import { endInWords } from './systemd/setup-failures.ts';

export interface Verification {
  /** The manager knows the service. */
  loaded: boolean;
  /** Its process runs. */
  alive: boolean;
  /** Gateway and miner answer. */
  ready: boolean;
  /** A job to mine on came from the gateway. */
  work: boolean;
  /** The network asks for certificates that this program cannot make: waiting does not help. */
  outdatedRules: boolean;
  pid: number | null;
  /** Why it does not mine now although it has work; null when it mines, or has none. */
  rest: string | null;
  /** What is in the way; null when nothing is. */
  reason: string | null;
  /** The last log lines, when something is in the way. */
  lines: string[];
}

/** How long a fresh service is given to find work. */
const WORK_LIMIT_MS = 60_000;
/** As TimeoutStartSec in the units. */
const READY_LIMIT_MS = 180_000;
const POLL_MS = 200;

type Files = LifeFiles & Pick<Paths, 'statsFile'>;

export interface Report {
  /** Null where its process cannot be seen from here. */
  pid: number | null;
  state: string;
  reason: string | null;
  work: boolean;
  /** How often its miner has been started again. */
  minerRestarts: number;
  /** The child that is not ready, and how far it is; null when both are. */
  awaited: string | null;
}

/** What the supervisor says of itself, if a living one does. */
export async function readReport(files: Files): Promise<Report | null> {
  const sidecar = readSidecar(files.sidecarFile);
  const life = await lifeOf(files, sidecar);
  if (life.kind === 'dead' || life.sidecar === 'stale' || sidecar.kind !== 'valid') return null;
  const { state, stateReason: reason, children } = sidecar.value;
  const stats = readStats(files.statsFile);
  const pid = life.kind === 'alive' ? life.pid : null;
  const minerRestarts = children.miner.restarts;
  const work = stats.kind === 'valid' && stats.value.job !== null;
  return { pid, state, reason, work, minerRestarts, awaited: awaitedChild(children) };
}

/** The miner is started when the gateway is ready, so the gateway comes first. */
function awaitedChild(children: SidecarRecord['children']): string | null {
  const name = (['gateway', 'miner'] as const).find((child) => children[child].state !== 'ready');
  return name === undefined ? null : `its ${name} is ${children[name].state}`;
}

/** What the service's own supervisor says; nothing where it is another one's. */
function ownReport(state: ServiceState, report: Report | null): Report | null {
  return report !== null && (report.pid === null || report.pid === state.pid) ? report : null;
}

/** Why it is not ready, as far as its supervisor tells: the end of a sentence. */
export function whyNotReady(state: ServiceState, report: Report | null): string {
  const own = ownReport(state, report);
  const why = own?.reason ?? own?.awaited ?? null;
  return why === null ? '' : `: ${why}`;
}

const READY_STATES = new Set(['running', 'degraded', 'outdated-rules', 'paused', 'waiting']);

/** Where the supervisor itself cannot be judged, systemd's word counts: it knows its process, which has told it READY. */
export function combine(kind: ManagerKind, state: ServiceState, report: Report | null): Verification {
  const own = ownReport(state, report);
  const told = kind === 'systemd' && state.active === 'active';
  const alive = state.pid !== null && (own !== null || told);
  const ready = alive && state.active === 'active' && (own === null || READY_STATES.has(own.state));
  const outdatedRules = ready && own?.state === 'outdated-rules';
  const work = ready && !outdatedRules && (own?.work ?? false);
  const rest = work && own?.state === 'paused' ? (own.reason ?? 'paused') : null;
  return { loaded: state.loaded, alive, ready, work, outdatedRules, pid: state.pid, rest, reason: null, lines: [] };
}

/**
 * Resolves when the service is ready; systemd's own start has waited for that already, launchd's has not.
 *
 * Throws SERVICE_FAILED as soon as it has ended, or when it is not ready within the start's time limit.
 */
export async function awaitReady(manager: ServiceManager, files: Files, limitMs = READY_LIMIT_MS): Promise<void> {
  const end = performance.now() + limitMs;
  let seenPid = false;
  for (;;) {
    const state = await manager.state();
    const report = await readReport(files);
    if (combine(manager.kind, state, report).ready) return;
    seenPid ||= state.pid !== null;
    const ended = state.active === 'failed' || (seenPid && state.pid === null) || state.restarts > 0;
    if (ended || performance.now() > end) {
      const how = endOf(state) || whyNotReady(state, report);
      throw new PearlError('SERVICE_FAILED', `The service did not become ready${how}.`, {
        hint: wordsOf(await manager.lastLines(8)),
      });
    }
    await sleep(POLL_MS);
  }
}

/** Waits for work, at most `limitMs`; resolves in any case to what is true then. */
export async function verifyService(
  manager: ServiceManager,
  files: Files,
  limitMs = WORK_LIMIT_MS,
): Promise<Verification> {
  const end = performance.now() + limitMs;
  for (;;) {
    const state = await manager.state();
    const report = await readReport(files);
    const now = combine(manager.kind, state, report);
    if (now.work) return now;
    if (now.outdatedRules || state.active === 'failed' || performance.now() > end) {
      const reason = !now.loaded
        ? 'the service manager does not know it'
        : !now.alive
          ? `it is not running${endOf(state)}`
          : !now.ready
            ? `it is ${report?.state ?? 'silent'}${report?.reason ? `: ${report.reason}` : ''}`
            : (report?.reason ?? 'the gateway has no job yet');
      return { ...now, reason, lines: await manager.lastLines(8) };
    }
    await sleep(POLL_MS);
  }
}

/** What a service with work does, as the beginning of a sentence. */
export function workInWords({ pid, rest }: Verification): string {
  return rest === null ? `It mines (process ${pid})` : `It rests now (${rest}; process ${pid})`;
}

/** What a command ends with that waited for work. */
export function workExitCode({ work, outdatedRules }: Verification): ExitCode {
  if (work) return EXIT.ok;
  return outdatedRules ? EXIT.config : EXIT.tryAgain;
}

export function endOf(state: ServiceState): string {
  const end = endInWords(state);
  return end === '' ? '' : ` (${end})`;
}

export function wordsOf(lines: readonly string[]): string {
  return lines.length === 0 ? 'See: pearlctl logs' : `Its last words:\n  ${lines.join('\n  ')}`;
}
