// The files of the sidecar and the figures on the disk: written by the supervisor alone, removed on a clean stop. Seven keys are
// mirrored where OpenJarvis looks. The only module that writes them.
import { unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Fingerprint, fingerprint, writeFileAtomically } from '../../base/atomic-file.ts';
import { errnoOf } from '../../base/errors.ts';
import type { Scope } from '../../base/instance.ts';
import { makeFolder } from '../../base/private-folder.ts';
import { type Stats, statsFields } from '../stats/stats-record.ts';
import { sevenKeysOf } from './seven-keys.ts';
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
  #mirrored: Fingerprint | null = null;

  constructor(options: SidecarFileOptions) {
    this.#options = options;
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

  /** Writes the seven legacy keys to the mirror, if there is one and no other program has taken its place since. */
  writeMirror(sidecar: SidecarRecord): void {
    const { mirror } = this.#options;
    if (mirror === null) return;
    const found = this.#mirrored === null ? null : fingerprint(mirror);
    if (this.#mirrored !== null && found !== null && !isSame(this.#mirrored, found)) return;
    makeFolder(dirname(mirror), 0o700);
    this.#mirrored = writeFileAtomically(mirror, toText(sevenKeysOf(sidecar)), { mode: 0o600, durable: false });
  }

  /** True when the sidecar is no longer the file that was written last: deleted, replaced or edited. */
  isDisturbed(): boolean {
    return this.#written !== null && !isSame(this.#written, fingerprint(this.#options.sidecarFile));
  }

  /** True when a mirror was written and is gone: OpenJarvis' own stop command removes it. */
  isMirrorGone(): boolean {
    const { mirror } = this.#options;
    return mirror !== null && this.#mirrored !== null && fingerprint(mirror) === null;
  }

  /** Removes sidecar, stats and mirror. A missing one is fine; a mirror that another program wrote since is left alone. */
  remove(): void {
    const { sidecarFile, statsFile, mirror } = this.#options;
    removeFile(statsFile);
    if (mirror !== null && this.#mirrored !== null && isSame(this.#mirrored, fingerprint(mirror))) removeFile(mirror);
    removeFile(sidecarFile);
    this.#written = null;
    this.#mirrored = null;
  }
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isSame(before: Fingerprint, now: Fingerprint | null): boolean {
  return now !== null && before.inode === now.inode && before.size === now.size && before.changedNs === now.changedNs;
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOENT' && errno !== 'ENOTDIR') throw error;
  }
}
