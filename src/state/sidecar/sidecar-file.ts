// The files of the sidecar and the figures on the disk: written by the supervisor alone, removed on a clean stop. Seven keys are
// mirrored where OpenJarvis looks. The only module that writes them.
import { unlinkSync } from 'node:fs';
import { type Fingerprint, fingerprint, isSameFile, writeFileAtomically } from '../../base/atomic-file.ts';
import { isMissing } from '../../base/errors.ts';
import type { Scope } from '../../base/instance.ts';
import { type Stats, statsFields } from '../stats/stats-record.ts';
import { MirrorFile } from './mirror-file.ts';
import { type SidecarRecord, sidecarFields } from './sidecar-record.ts';

export interface SidecarFileOptions {
  sidecarFile: string;
  statsFile: string;
  /** Where the seven keys go as well, or null. */
  mirror: string | null;
  /** In system scope any user may ask for the status; the files hold no secret. */
  scope: Scope;
}

export class SidecarFile {
  readonly #options: SidecarFileOptions;
  readonly #mode: number;
  #written: Fingerprint | null = null;
  readonly #mirror: MirrorFile | null;

  constructor(options: SidecarFileOptions) {
    this.#options = options;
    this.#mirror = options.mirror === null ? null : new MirrorFile(options.mirror);
    this.#mode = options.scope === 'system' ? 0o644 : 0o600;
  }

  /** Writes the sidecar durably. Throws what the file system threw: whether that is fatal is the caller's decision. */
  write(sidecar: SidecarRecord): void {
    const { sidecarFile } = this.#options;
    this.#written = writeFileAtomically(sidecarFile, toText(sidecarFields(sidecar)), {
      mode: this.#mode,
      durable: true,
    });
  }

  writeStats(stats: Stats): void {
    writeFileAtomically(this.#options.statsFile, toText(statsFields(stats)), { mode: this.#mode, durable: false });
  }

  /** Writes the seven legacy keys to the mirror, if there is one; gives the reason where another program's file is left alone. */
  writeMirror(sidecar: SidecarRecord): string | null {
    return this.#mirror?.write(sidecar) ?? null;
  }

  /** True when the sidecar is no longer the file that was written last: deleted, replaced or edited. */
  isDisturbed(): boolean {
    return this.#written !== null && !isSameFile(this.#written, fingerprint(this.#options.sidecarFile));
  }

  /** True when a mirror was written and is gone: OpenJarvis' own stop command removes it. */
  isMirrorGone(): boolean {
    return this.#mirror?.isGone() ?? false;
  }

  /** Removes sidecar, stats and mirror. A missing one is fine; a mirror that another program wrote since is left alone. */
  remove(): void {
    const { sidecarFile, statsFile } = this.#options;
    removeFile(statsFile);
    this.#mirror?.remove();
    removeFile(sidecarFile);
    this.#written = null;
  }
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
