// What the keys of a live view do and say, as users of other miners expect them: p pauses, r resumes, h tells the rate of a
// thread, c the connection, ? the keys.
import { PearlError } from '../../base/errors.ts';
import { formatRate, threadFigures } from '../../state/status/format.ts';
import type { StatusModel } from '../../state/status/gather.ts';
import { LATE_WORDS } from '../../supervisor/control/control-client.ts';
import { resumedText, setPaused } from '../../supervisor/control/pause-order.ts';

export const KEYS_LINE = 'p pause, r resume, h rate per thread, c connection, ? help, q end';

const UNKNOWN = 'Nothing is known yet.';

/** Fits the narrowest terminals that are used. */
const LINE = 76;

export interface AskedByKey {
  readonly model: StatusModel | null;
  readonly paths: Parameters<typeof setPaused>[0];
}

/** Has the answer to a key said where there is one. */
export function answerPress(key: string, asked: AskedByKey, say: (text: string) => void): void {
  void answerToKey(key, asked, say).then((answer) => {
    if (answer !== null) say(answer);
  });
}

/** A line or a few for a key; null for one that means nothing. Never throws a PearlError: its words are the answer. */
export async function answerToKey(
  key: string,
  { model, paths }: AskedByKey,
  say: (text: string) => void = () => {},
): Promise<string | null> {
  const onLate = () => say(LATE_WORDS);
  try {
    switch (key.toLowerCase()) {
      case 'p':
        await setPaused(paths, { reason: 'user', untilMs: null }, onLate);
        return 'Paused. r resumes.';
      case 'r':
        return resumedText(await setPaused(paths, null, onLate));
      case 'h':
        return model === null ? UNKNOWN : threadRates(model);
      case 'c':
        return model === null ? UNKNOWN : connection(model).join('\n');
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

/** A line for each thread, or fewer lines of several where there are many; an older supervisor tells no more than the mean. */
export function threadRates({ rate, miner, threads }: StatusModel): string {
  const count = miner?.threads ?? 0;
  if (rate === null || count === 0) return 'Nothing mines now.';
  if (threads.length === 0) {
    return `Each of ${count} ${count === 1 ? 'thread' : 'threads'}, on average: ${formatRate(rate.macsPerSecond10s / count)} (10 s)`;
  }
  const cells = threadFigures(threads).map(({ thread, rate, core, clock }) => {
    const where = [core === null ? null : `core ${core}`, clock].filter((part) => part !== null).join(', ');
    return `${thread}: ${rate}${where === '' ? '' : ` (${where})`}`;
  });
  const width = Math.max(...cells.map(({ length }) => length)) + 3;
  const perLine = Math.max(1, Math.floor(LINE / width));
  const lines = ['Each thread over 10 s:'];
  for (let at = 0; at < cells.length; at += perLine) {
    const row = cells.slice(at, at + perLine).map((cell) => cell.padEnd(width));
    lines.push(row.join('').trimEnd());
  }
  return lines.join('\n');
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
