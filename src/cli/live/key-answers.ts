// What the keys of a live view do and say, as users of other miners expect them: p pauses, r resumes, h tells the rate of a
// thread, c the connection, ? the keys.
import { PearlError } from '../../base/errors.ts';
import { formatRate } from '../../state/status/format.ts';
import type { StatusModel } from '../../state/status/gather.ts';
import { type PauseOutcome, setPaused } from '../../supervisor/control/pause-order.ts';

export const KEYS_LINE = 'p pause, r resume, h rate per thread, c connection, ? help, q end';

export interface AskedByKey {
  readonly model: StatusModel | null;
  readonly paths: Parameters<typeof setPaused>[0];
}

/** A line or a few for a key; null for one that means nothing. Never throws: what failed is said. */
export async function answerToKey(key: string, { model, paths }: AskedByKey): Promise<string | null> {
  try {
    switch (key.toLowerCase()) {
      case 'p':
        await setPaused(paths, { reason: 'user', untilMs: null });
        return 'Paused. r resumes.';
      case 'r':
        return resumed(await setPaused(paths, null));
      case 'h':
        return model === null ? 'Nothing is known yet.' : threadRates(model);
      case 'c':
        return model === null ? 'Nothing is known yet.' : connection(model).join('\n');
      case '?':
        return KEYS_LINE;
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof PearlError) return `${error.message} ${error.hint ?? ''}`.trim();
    throw error;
  }
}

function resumed({ resting }: PauseOutcome): string {
  return resting === null ? 'The pause is over.' : `The pause is over. What holds it back: ${resting}.`;
}

/** On average: the threads of one miner share its tiles, and none is counted alone. */
export function threadRates({ rate, miner }: StatusModel): string {
  const threads = miner?.threads ?? 0;
  if (rate === null || threads === 0) return 'Nothing mines now.';
  const each = [rate.macsPerSecond10s, rate.macsPerSecond60s, rate.macsPerSecond15m].map((macs) =>
    formatRate(macs / threads),
  );
  return `Each of ${threads} ${threads === 1 ? 'thread' : 'threads'}, on average: ${each.join(', ')} (10 s, 60 s, 15 min)`;
}

/** Where work comes from, and how each pool stands. */
export function connection({ gateway, pools, job }: StatusModel): string[] {
  if (gateway === null) return ['Nothing runs.'];
  const { kind, state, upstream } = gateway;
  const height = job?.height == null ? '' : `, at height ${job.height}`;
  return [
    `${kind}${upstream === null || upstream === kind ? '' : ` ${upstream}`}, ${state}${height}`,
    ...pools.map(({ name, state, isUsed, latencyMs, reason }) => {
      const latency = latencyMs === null ? '' : `, answers in ${Math.round(latencyMs)} ms`;
      return `${isUsed ? '*' : ' '} ${name}: ${state}${latency}${reason === null ? '' : `, ${reason}`}`;
    }),
  ];
}
