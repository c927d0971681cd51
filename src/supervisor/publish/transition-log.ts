// What a step of the table changed, and what became of a proof, as lines of the log.
import type { Logger } from '../../base/logs/logger.ts';
import type { Repeats } from '../../base/logs/repeats.ts';
import type { VerdictMessage } from '../../protocol/channel/messages.ts';
import { JOB_SOLVED } from '../../protocol/verdict.ts';
import type { SidecarState } from '../../state/sidecar/sidecar-record.ts';
import { sameWorking, type Working } from '../policy/working.ts';
import type { SupervisorMachine } from '../supervisor-table.ts';

export function tellChanges(logger: Logger, before: SupervisorMachine, after: SupervisorMachine): void {
  tellWorking(logger, before.working, after.working);
  for (const name of ['gateway', 'miner'] as const) {
    const old = before.children[name];
    const now = after.children[name];
    // The supervisor ends with that reason, and says so.
    if (now.failure !== null) continue;
    if (now.state === 'finishing' && (old.state !== 'finishing' || old.recycledFor !== now.recycledFor)) {
      logger.info(
        now.recycledFor === null
          ? 'the stop waits for a found block; a second Ctrl-C, or pearlctl stop --now, gives it up'
          : 'the gateway is restarted when it has finished a found block',
      );
    } else if (old.state === 'finishing' && now.step > 0 && now.isProving) {
      logger.warn('the block that the gateway was finishing is given up');
    } else if (now.recycledFor === 'changed' && now.state === 'recycling' && old.state !== 'recycling') {
      logger.info(`the ${name} is restarted: ${now.reason}`, { event: 'restart' });
    } else if (now.reason !== null && (now.reason !== old.reason || now.restarts !== old.restarts)) {
      logger.warn(`${name} ${now.state}: ${now.reason}`, { restarts: now.restarts, event: 'restart' });
    } else if (now.state !== old.state) {
      logger.log('debug', `the ${name} is ${now.state}`);
    }
  }
}

/** The day that the network leaves this version's rules, the day that it comes back to them, and the times without a job. */
export function tellState(
  logger: Logger,
  before: SidecarState | null,
  after: SidecarState,
  reason: string | null,
): void {
  if (before === after) return;
  if (after === 'outdated-rules') logger.warn(`outdated rules, nothing is mined: ${reason}`, { event: 'rules' });
  else if (before === 'outdated-rules') {
    logger.info('the network asks for rules of this version again', { event: 'rules' });
  }
  if (after === 'waiting') logger.info(`waiting for a job: ${reason}`, { event: 'outage' });
  else if (before === 'waiting' && after === 'running') logger.info('there is a job again', { event: 'recovery' });
}

function tellWorking(logger: Logger, before: Working, { level, dutyPercent, reason, text }: Working): void {
  if (sameWorking(before, { level, dutyPercent, reason, text })) return;
  const event = level === 'off' ? 'pause' : 'resume';
  const why = reason === null ? { event } : { reason, event };
  if (level === 'off')
    logger.info(
      reason === text || text === null
        ? 'mining is paused'
        : text.startsWith('paused')
          ? `mining is ${text}`
          : `mining is paused: ${text}`,
      why,
    );
  else if (dutyPercent === 100) logger.info('the pause is over', why);
  else logger.info(`mining goes on at ${dutyPercent} % of the time${text === null ? '' : `: ${text}`}`, why);
}

/**
 * `drops` has proofs that are dropped for one reason told once, and then counted: on a devnet a fast miner finds hundreds for
 * each block. That a proof's job was solved is no news at all.
 */
export function tellVerdict(
  logger: Logger,
  { result, reason, block, height }: VerdictMessage,
  drops: Repeats,
  nowMs: number,
): void {
  const told =
    result === 'dropped' && reason !== null ? (reason === JOB_SOLVED ? null : drops.admit(reason, nowMs)) : reason;
  const usual = result === 'accepted' || result === 'stale' ? 'info' : 'warn';
  const isNews = told !== null || reason === null;
  logger.log(isNews ? usual : 'debug', block && result === 'accepted' ? 'block accepted' : `share ${result}`, {
    ...(reason === null ? {} : { reason: told ?? reason }),
    ...(block && result === 'accepted' ? { event: 'block' } : {}),
    ...(height === null ? {} : { height }),
  });
}
