// Acting on a supervisor that no service manager started: by signals, to the process that the sidecar names and nobody
// else, and by waiting for what they bring about.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Paths } from '../config/paths.ts';
import { PearlError } from '../errors.ts';
import { isAlive, signalVerified } from '../sidecar/identity.ts';
import { readSidecar } from '../sidecar/read.ts';
import { readStats } from '../sidecar/stats.ts';

type Files = Pick<Paths, 'sidecarFile' | 'statsFile'>;

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
    hint: 'Start one: pearlctl run, or pearlctl install for a service.',
  });
}

function signal({ pid, identity }: { pid: number; identity: string }, name: NodeJS.Signals): void {
  if (signalVerified(pid, identity, name)) return;
  throw new PearlError('NO_PERMISSION', `The supervisor (process ${pid}) does not belong to you.`, {
    hint: 'Use the account that started it, or root.',
  });
}

/** Asks it to stop and waits until it is gone. Throws NOT_RUNNING, NO_PERMISSION or SERVICE_FAILED after the limit. */
export async function stopDirectly(files: Files, limitMs: number): Promise<void> {
  const supervisor = requireSupervisor(files);
  signal(supervisor, 'SIGTERM');
  const end = performance.now() + limitMs;
  while (isAlive(supervisor.pid, supervisor.identity)) {
    if (performance.now() > end) {
      throw new PearlError('SERVICE_FAILED', `The supervisor (process ${supervisor.pid}) does not stop.`, {
        hint: `See what it is doing: pearlctl logs. As a last resort: kill -KILL ${supervisor.pid}`,
      });
    }
    await sleep(POLL_MS);
  }
}

/**
 * Has it read its configuration again, and waits for its answer.
 *
 * Throws CONFIG_INVALID with the supervisor's reason when it refuses; everything then goes on as before.
 *
 * @param mainPid the supervisor in systemd's own words ($MAINPID in ExecReload=): there our look into the process table
 *   would find nothing, since each process of a unit with PrivateUsers= and ProtectProc= sees only its own.
 */
export async function reloadDirectly(files: Files, mainPid: number | null): Promise<void> {
  const before = statsTime(files);
  if (mainPid === null) signal(requireSupervisor(files), 'SIGHUP');
  else process.kill(mainPid, 'SIGHUP');
  const end = performance.now() + RELOAD_LIMIT_MS;
  // Stats may be on their way while the signal comes: only the second set after it is sure to know of it.
  const seen = new Set([before]);
  while (seen.size < 3 && performance.now() < end) {
    await sleep(POLL_MS);
    seen.add(statsTime(files));
  }
  const stats = readStats(files.statsFile);
  const refused = stats.kind === 'valid' ? stats.value.health.find(({ id }) => id === 'reload-refused') : undefined;
  if (refused !== undefined) throw new PearlError('CONFIG_INVALID', refused.text, { hint: refused.fix });
}

function statsTime({ statsFile }: Files): string {
  const stats = readStats(statsFile);
  return stats.kind === 'valid' ? stats.value.updated_at : '';
}
