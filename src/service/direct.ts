// Acting on a supervisor itself, past its service manager: over its control socket, and where that is lost by signals, to
// only the process that the sidecar names. What was asked for is waited for.
import { setTimeout as sleep } from 'node:timers/promises';
import { PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl, readFix } from '../base/fix.ts';
import type { Paths } from '../config/paths.ts';
import { type Life, type LifeFiles, lifeOf } from '../state/life.ts';
import { isAlive, signalVerified } from '../state/sidecar/identity.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import { readStats } from '../state/stats/stats-record.ts';
import { noteStop } from '../state/stop-note.ts';
import { askSocket, askSupervisor, noAnswer, type OnLate, speakingLife } from '../supervisor/control/control-client.ts';

type Files = LifeFiles & Pick<Paths, 'statsFile'>;
type StopFiles = Files & Parameters<typeof noteStop>[0];
type Living = Exclude<Life, { kind: 'dead' }>;

const POLL_MS = 100;
/** The supervisor publishes what it thinks of a changed configuration with its next stats: every two seconds, if it gets to it. */
const RELOAD_LIMIT_MS = 30_000;

/** How a supervisor is called in a sentence. */
function supervisorName(life: Living): string {
  return life.kind === 'alive' ? `The supervisor (process ${life.pid})` : 'The supervisor (in another container)';
}

async function requireSupervisor(files: Files): Promise<Living> {
  const life = await lifeOf(files);
  if (life.kind !== 'dead') return life;
  throw new PearlError('NOT_RUNNING', 'No supervisor is running here.', {
    hint: fix`Start one: ${pearlctl('run')}, or ${pearlctl('install')} for a service.`,
  });
}

function signal(life: Living, name: NodeJS.Signals): void {
  if (life.kind === 'unseen') {
    throw new PearlError('NO_ANSWER', `${supervisorName(life)} does not answer, and cannot be signalled from here.`, {
      hint: 'Type the same command where it was started.',
    });
  }
  // It may have ended by itself meanwhile.
  if (signalVerified(life.pid, life.identity, name) || !isAlive(life.pid, life.identity)) return;
  throw new PearlError('NO_PERMISSION', `${supervisorName(life)} does not belong to you.`, {
    hint: 'Use the account that started it, or root.',
  });
}

/** What the supervisor answers, or null when its socket does not: signals still work then. */
async function answerOf<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof PearlError && (error.code === 'NO_ANSWER' || error.code === 'NOT_RUNNING')) return null;
    throw error;
  }
}

/**
 * Has it stop without the block whose certificate is being made.
 *
 * @returns for how many seconds that was made, null without one; undefined where no supervisor answers.
 * @throws PearlError NO_PERMISSION when it is another user's.
 */
export async function stopNow(files: Files, onLate?: OnLate): Promise<number | null | undefined> {
  const answer = await answerOf(askSupervisor(files, 'stop', { now: true }, onLate));
  if (answer === null) return undefined;
  return typeof answer.finishingSeconds === 'number' ? Math.round(answer.finishingSeconds) : null;
}

/**
 * Asks it to stop and waits until it is gone. One that was started already and is not here yet ends by the note that stays.
 *
 * @param limitMs not counting the time in which it finishes a block.
 * @returns false when none was running.
 * @throws PearlError NO_PERMISSION when it is another user's, SERVICE_FAILED after the limit, NO_ANSWER when it can neither be
 * spoken to nor signalled from here.
 */
export async function stopDirectly(files: StopFiles, limitMs: number, onLate?: OnLate): Promise<boolean> {
  noteStop(files);
  const first = await lifeOf(files);
  const life = await speakingLife(files);
  if (life.kind === 'dead') return first.kind !== 'dead';
  const answer = life.sidecar === 'stale' ? null : await answerOf(askSocket(life.socket, 'stop', onLate));
  if (answer === null) signal(life, 'SIGTERM');
  let end = performance.now() + limitMs;
  while (await isThere(files, life)) {
    if (isFinishing(files)) end = performance.now() + limitMs;
    if (performance.now() > end) {
      const last = life.kind === 'alive' ? ` As a last resort: kill -KILL ${life.pid}` : '';
      throw new PearlError('SERVICE_FAILED', `${supervisorName(life)} does not stop.`, {
        hint: fix`See what it is doing: ${pearlctl('logs')}.${last}`,
      });
    }
    await sleep(POLL_MS);
  }
  return true;
}

function isFinishing({ sidecarFile }: Files): boolean {
  const sidecar = readSidecar(sidecarFile);
  return sidecar.kind === 'valid' && sidecar.value.children.gateway.state === 'finishing';
}

async function isThere(files: Files, life: Living): Promise<boolean> {
  return life.kind === 'alive' ? isAlive(life.pid, life.identity) : (await lifeOf(files)).kind !== 'dead';
}

export interface ReloadOptions {
  /**
   * The supervisor in systemd's own words ($MAINPID in ExecReload=): there our look into the process table would find
   * nothing, since each process of a unit with PrivateUsers= and ProtectProc= sees only its own.
   */
  mainPid?: number | null;
  /** How to signal where the socket does not answer; by identity without it. */
  signal?: () => Promise<void>;
  onLate?: OnLate;
  /** How long what was signalled may take to show in the stats. */
  limitMs?: number;
}

/**
 * Has it read its configuration again, and waits for its answer.
 *
 * @throws PearlError CONFIG_INVALID with the supervisor's reason when it refuses; everything then goes on as before. NO_ANSWER when
 * it took a signal and has not told what came of it.
 */
export async function reloadDirectly(files: Files, options: ReloadOptions = {}): Promise<void> {
  const { mainPid = null, onLate, limitMs = RELOAD_LIMIT_MS } = options;
  const supervisor = mainPid === null ? await requireSupervisor(files) : null;
  const asking =
    supervisor === null ? askSocket(namedSocket(files), 'reload', onLate) : askSupervisor(files, 'reload', {}, onLate);
  const answer = await answerOf(asking);
  if (answer === null) {
    return reloadBySignal(files, limitMs, async () => {
      if (options.signal) await options.signal();
      else if (supervisor !== null) signal(supervisor, 'SIGHUP');
      else if (mainPid !== null) process.kill(mainPid, 'SIGHUP');
    });
  }
  if (answer.applied === true) return;
  throw new PearlError('CONFIG_INVALID', String(answer.message ?? 'The supervisor refuses the configuration.'), {
    hint: readFix(answer.hint) ?? fix`Correct the file, then: ${pearlctl('reload')}`,
  });
}

/** A signal has no answer: what the supervisor thinks of the file stands in its next stats. */
async function reloadBySignal(files: Files, limitMs: number, signalIt: () => Promise<void>): Promise<void> {
  const before = statsTime(files);
  await signalIt();
  const end = performance.now() + limitMs;
  // Stats may be on their way while the signal comes: only the second set after it is sure to know of it.
  const seen = new Set([before]);
  while (seen.size < 3 && performance.now() < end) {
    await sleep(POLL_MS);
    seen.add(statsTime(files));
  }
  if (seen.size < 3) throw noAnswer(`The supervisor has not taken over the configuration within ${limitMs / 1000} s.`);
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
