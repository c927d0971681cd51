// Recognises OpenJarvis' own stop command: SIGTERM to both children, SIGKILL after two seconds to the miner and after five to the
// gateway, and its file removed. That is a wish, not two failures.
import type { ChildName } from '../../state/table/session-table.ts';
import type { ChildExit } from '../children/restart-policy.ts';

/** Both children ended and the mirror removed within this of an order from OpenJarvis to stop. */
const WITHIN_MS = 10_000;
/** The mirror is removed within this of the later end, also on a busy machine. */
const REMOVED_MS = 3000;

export class OpenJarvisStop {
  /** When each child last ended as that command ends it. */
  readonly #endedMs: Record<ChildName, number> = {
    gateway: Number.NEGATIVE_INFINITY,
    miner: Number.NEGATIVE_INFINITY,
  };

  observe(name: ChildName, exit: ChildExit, nowMs: number): void {
    if (isOrdered(exit)) this.#endedMs[name] = nowMs;
  }

  /** Both children ended so just now: what is written to the mirror could bring it back at the moment when it is removed. */
  mayFollow(nowMs: number): boolean {
    return this.#haveEnded(nowMs) && nowMs - Math.max(...Object.values(this.#endedMs)) < REMOVED_MS;
  }

  /** @param isMirrorGone asked only when both children ended so. */
  isWished(nowMs: number, isMirrorGone: () => boolean): boolean {
    return this.#haveEnded(nowMs) && isMirrorGone();
  }

  #haveEnded(nowMs: number): boolean {
    return Object.values(this.#endedMs).every((endedMs) => endedMs > nowMs - WITHIN_MS);
  }
}

/** A SIGKILL may be the kernel's for want of memory: what tells them apart is the mirror, which the kernel does not remove. */
function isOrdered({ code, signal }: ChildExit): boolean {
  return code === 0 || code === 143 || code === 137 || signal === 'SIGTERM' || signal === 'SIGKILL';
}
