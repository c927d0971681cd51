// Writes what the supervisor has to tell, as often as it changes and no more. From the first successful write on, nothing
// that a disk does can stop the mining: a failure becomes a line of `health`, and is tried again.
import { errnoOf } from '../../base/errors.ts';
import { asFix, fix, pearlctl } from '../../base/fix.ts';
import type { Logger } from '../../base/logs/logger.ts';
import type { SidecarFile } from '../../state/sidecar/sidecar-file.ts';
import type { SidecarRecord } from '../../state/sidecar/sidecar-record.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import type { HealthItem } from '../../state/table/session-table.ts';

/** OpenJarvis removes the mirror when it stops mining; a mirror gone for longer than this went for another reason. */
const MIRROR_ABSENCE_MS = 10_000;
/** The trouble of a mirror where another program has its file. */
const MIRROR_TAKEN = 'mirror-taken';

export class Publisher {
  readonly #file: SidecarFile;
  readonly #logger: Logger;
  readonly #troubles = new Map<string, HealthItem>();
  readonly #nowMs: () => number;
  #published = '';
  #mirrorGoneSinceMs: number | null = null;
  #isMirrorDue = false;
  #isOver = false;

  /** @param nowMs milliseconds of any clock that only goes on. */
  constructor(file: SidecarFile, logger: Logger, nowMs = () => performance.now()) {
    this.#file = file;
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** The first write, which must succeed. Throws what the file system threw. */
  begin(sidecar: SidecarRecord, stats: Stats): void {
    this.#file.writeStats(stats);
    this.#file.write(sidecar);
    this.#published = comparable(sidecar);
    this.#writeMirror(sidecar);
  }

  /**
   * Writes the sidecar if it says something new, or if another program touched the file; true for the former.
   *
   * @param spareMirror the mirror waits, for another program is about to remove it.
   */
  publish(sidecar: SidecarRecord, spareMirror = false): boolean {
    if (this.#isOver) return false;
    const content = comparable(sidecar);
    const isNew = content !== this.#published;
    if (isNew || this.#file.isDisturbed()) {
      // Remembered only when it is on the disk, so that a failed write is tried again with the next tick.
      if (this.#attempt('sidecar', () => this.#file.write(sidecar))) this.#published = content;
      else this.#published = '';
    }
    if (isNew || this.#file.isMirrorGone() || this.#troubles.has(MIRROR_TAKEN)) this.#isMirrorDue = true;
    if (this.#isMirrorDue && !spareMirror && !this.isMirrorGone()) {
      this.#isMirrorDue = false;
      this.#writeMirror(sidecar);
    }
    return isNew;
  }

  /** A file of another miner is looked at again with every tick, until that one has ended. */
  #writeMirror(sidecar: SidecarRecord): void {
    let reason: string | null = null;
    this.#attempt('mirror', () => {
      reason = this.#file.writeMirror(sidecar);
    });
    if (reason === null) {
      this.setTrouble(MIRROR_TAKEN, null);
      return;
    }
    const text = `[sidecar] mirror ${reason}: it is left alone.`;
    const hint = fix`Stop that miner, or give another path: ${pearlctl('config', 'set', 'sidecar.mirror=PATH')}`;
    if (this.setTrouble(MIRROR_TAKEN, { text, fix: hint })) this.#logger.warn(text);
  }

  publishStats(stats: Stats): void {
    if (!this.#isOver) this.#attempt('stats', () => this.#file.writeStats(stats));
  }

  /** True for some seconds after the mirror was removed. */
  isMirrorGone(): boolean {
    if (!this.#file.isMirrorGone()) {
      this.#mirrorGoneSinceMs = null;
      return false;
    }
    this.#mirrorGoneSinceMs ??= this.#nowMs();
    return this.#nowMs() - this.#mirrorGoneSinceMs < MIRROR_ABSENCE_MS;
  }

  /** Removes the files for good: nothing runs any more, and that was wanted. News that come late write none again. */
  remove(): void {
    this.#isOver = true;
    this.#attempt('sidecar', () => this.#file.remove());
  }

  troubles(): readonly HealthItem[] {
    return [...this.#troubles.values()];
  }

  /** Notes something that a person should do, until it is cleared. Gives true when it is new. */
  setTrouble(id: string, item: Omit<HealthItem, 'id'> | null): boolean {
    const isNew = item !== null && !this.#troubles.has(id);
    if (item === null) this.#troubles.delete(id);
    else this.#troubles.set(id, { id, ...item });
    return isNew;
  }

  #attempt(what: 'sidecar' | 'stats' | 'mirror', action: () => void): boolean {
    const id = `${what}-unwritable`;
    try {
      action();
    } catch (error) {
      const errno = errnoOf(error) ?? String(error);
      const full = errno === 'ENOSPC' || errno === 'EDQUOT';
      const text = full
        ? `The disk is full: the ${what} cannot be written.`
        : `The ${what} cannot be written (${errno}).`;
      if (!this.#troubles.has(id)) this.#logger.error(text);
      this.setTrouble(id, {
        text,
        fix: asFix(full ? 'Free some space there.' : 'Check the folder and its permissions.'),
      });
      return false;
    }
    if (this.#troubles.delete(id)) this.#logger.info(`the ${what} can be written again`);
    return true;
  }
}

/** Two sidecars that differ in nothing but their time of writing are the same. */
function comparable(sidecar: SidecarRecord): string {
  return JSON.stringify({ ...sidecar, updatedAt: '' });
}
