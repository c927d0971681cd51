// Recognises OpenJarvis' own stop command: SIGTERM to both children and its file removed. That is a wish, not two failures.
import type { ChildName } from '../../state/table/session-table.ts';
import type { ChildExit } from '../children/restart-policy.ts';

/** Both children ended and the mirror removed within this of an order from OpenJarvis to stop. */
const WITHIN_MS = 10_000;

export class OpenJarvisStop {
  /** When each child last ended as if it had been asked to. */
  readonly #politeEndMs: Record<ChildName, number> = {
    gateway: Number.NEGATIVE_INFINITY,
    miner: Number.NEGATIVE_INFINITY,
  };

  observe(name: ChildName, exit: ChildExit, nowMs: number): void {
    if (isPolite(exit)) this.#politeEndMs[name] = nowMs;
  }

  /** @param isMirrorGone asked only when both children ended politely. */
  isWished(nowMs: number, isMirrorGone: () => boolean): boolean {
    const { gateway, miner } = this.#politeEndMs;
    const oldest = nowMs - WITHIN_MS;
    return gateway > oldest && miner > oldest && isMirrorGone();
  }
}

/** The end of a process that was told SIGTERM, with or without a handler of its own. */
function isPolite({ code, signal }: ChildExit): boolean {
  return code === 0 || code === 143 || signal === 'SIGTERM';
}
