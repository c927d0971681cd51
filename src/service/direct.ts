// Acting on a supervisor itself, past its service manager: over its control socket, and where that is lost by signals, to
// only the process that the sidecar names. What was asked for is waited for.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl, readFix } from '../base/fix.ts';
import type { Paths } from '../config/paths.ts';
import { isAlive, signalVerified } from '../state/sidecar/identity.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import { readStats } from '../state/stats/stats-record.ts';
import { askSocket, askSupervisor } from '../supervisor/control/control-client.ts';

type Files = Pick<Paths, 'sidecarFile' | 'statsFile' | 'controlSocket'>;

const POLL_MS = 100;
/** The supervisor publishes what it thinks of a changed configuration with its next stats, every two seconds. */
const RELOAD_LIMIT_MS = 10_000;

/** The living supervisor of these files, or null. */
export function livingSupervisor({
  sidecarFile,
}: Pick<Files, 'sidecarFile'>): { pid: number; identity: string } | null {
  const sidecar = readSidecar(sidecarFile);
  if (sidecar.kind !== 'valid' || sidecar.value.supervisor === null) return null;
  const { supervisor } = sidecar.value;
  return isAlive(supervisor.pid, supervisor.identity) ? supervisor : null;
}

function requireSupervisor(files: Files): { pid: number; identity: string } {
  const supervisor = livingSupervisor(files);
  if (supervisor !== null) return supervisor;
  throw new PearlError('NOT_RUNNING', 'No supervisor is running here.', {
    hint: fix`Start one: ${pearlctl('run')}, or ${pearlctl('install')} for a service.`,
  });
}

function signal({ pid, identity }: { pid: number; identity: string }, name: NodeJS.Signals): void {
  if (signalVerified(pid, identity, name)) return;
  throw new PearlError('NO_PERMISSION', `The supervisor (process ${pid}) does not belong to you.`, {
    hint: 'Use the account that started it, or root.',
  });
}

/** What the supervisor answers, or null when its socket does not: signals still work then. */
async function answerOf<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof PearlError && error.code === 'NOT_RUNNING') return null;
    throw error;
  }
}

/**
 * Asks it to stop and waits until it is gone.
 *
 * @returns false when none was running.
 * @throws PearlError NO_PERMISSION when it is another user's, SERVICE_FAILED after the limit.
 */
export async function stopDirectly(files: Files, limitMs: number): Promise<boolean> {
  const supervisor = livingSupervisor(files);
  if (supervisor === null) {
    // The sidecar of another user cannot be read, so it is unknown whether anything runs.
    if (readSidecar(files.sidecarFile).kind === 'unreadable') await askSupervisor(files, 'stop');
    return false;
  }
  if ((await answerOf(askSupervisor(files, 'stop'))) === null) signal(supervisor, 'SIGTERM');
  const end = performance.now() + limitMs;
  while (isAlive(supervisor.pid, supervisor.identity)) {
    if (performance.now() > end) {
      throw new PearlError('SERVICE_FAILED', `The supervisor (process ${supervisor.pid}) does not stop.`, {
        hint: fix`See what it is doing: ${pearlctl('logs')}. As a last resort: kill -KILL ${supervisor.pid}`,
      });
    }
    await sleep(POLL_MS);
  }
  return true;
}

export interface ReloadOptions {
  /**
   * The supervisor in systemd's own words ($MAINPID in ExecReload=): there our look into the process table would find
   * nothing, since each process of a unit with PrivateUsers= and ProtectProc= sees only its own.
   */
  mainPid?: number | null;
  /** How to signal where the socket does not answer; by identity without it. */
  signal?: () => Promise<void>;
}

/**
 * Has it read its configuration again, and waits for its answer.
 *
 * Throws CONFIG_INVALID with the supervisor's reason when it refuses; everything then goes on as before.
 */
export async function reloadDirectly(files: Files, { mainPid = null, ...options }: ReloadOptions = {}): Promise<void> {
  const supervisor = mainPid === null ? requireSupervisor(files) : null;
  const asking = supervisor === null ? askSocket(namedSocket(files), 'reload') : askSupervisor(files, 'reload');
  const answer = await answerOf(asking);
  if (answer === null) {
    await reloadBySignal(files, async () => {
      if (options.signal) await options.signal();
      else if (supervisor !== null) signal(supervisor, 'SIGHUP');
      else if (mainPid !== null) process.kill(mainPid, 'SIGHUP');
    });
    return;
  }
  if (answer.applied === true) return;
  throw new PearlError('CONFIG_INVALID', String(answer.message ?? 'The supervisor refuses the configuration.'), {
    hint: readFix(answer.hint) ?? fix`Correct the file, then: ${pearlctl('reload')}`,
  });
}

/** A signal has no answer: what the supervisor thinks of the file stands in its next stats. */
async function reloadBySignal(files: Files, signalIt: () => Promise<void>): Promise<void> {
  const before = statsTime(files);
  await signalIt();
  const end = performance.now() + RELOAD_LIMIT_MS;
  // Stats may be on their way while the signal comes: only the second set after it is sure to know of it.
  const seen = new Set([before]);
  while (seen.size < 3 && performance.now() < end) {
    await sleep(POLL_MS);
    seen.add(statsTime(files));
  }
  const refused = troubleOf(files, 'reload-refused');
  if (refused !== null) throw new PearlError('CONFIG_INVALID', refused.text, { hint: refused.fix });
}

/** The socket that the sidecar names, whether or not it is alive. */
function namedSocket({ sidecarFile, controlSocket }: Files): string {
  const sidecar = readSidecar(sidecarFile);
  return (sidecar.kind === 'valid' ? sidecar.value.controlSocket : null) ?? controlSocket;
}

/** What a reload took over only in part: the sentence that `status` shows too, or null. */
export function reloadRemainder(files: Pick<Paths, 'statsFile'>): { text: string; fix: Fix } | null {
  return troubleOf(files, 'restart-needed');
}

function troubleOf({ statsFile }: Pick<Paths, 'statsFile'>, id: string): { text: string; fix: Fix } | null {
  const stats = readStats(statsFile);
  return stats.kind === 'valid' ? (stats.value.health.find((item) => item.id === id) ?? null) : null;
}

function statsTime({ statsFile }: Files): string {
  const stats = readStats(statsFile);
  return stats.kind === 'valid' ? stats.value.updatedAt : '';
}
