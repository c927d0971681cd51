// The mirror: seven keys where OpenJarvis looks. Another miner may have its record at the same path, and what it needs to be stopped
// stands there: the record of a miner that may live is never replaced.
import { readFileSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Fingerprint, fingerprint, isSameFile, writeFileAtomically } from '../../base/atomic-file.ts';
import { isMissing } from '../../base/errors.ts';
import { type Fields, object, pid, text } from '../../base/json-fields.ts';
import { makeFolder } from '../../base/private-folder.ts';
import { processIdentity, startedAfter } from './identity.ts';
import { sevenKeysOf } from './seven-keys.ts';
import type { SidecarRecord } from './sidecar-record.ts';

/** Far more than any record needs. */
const MAX_BYTES = 256 * 1024;
/** A process that started this much later than the record was written is not the one in it. */
const LATER_MS = 60_000;
/** What our own records say; with processes it names them. */
const OWN_PROVIDER = 'cpu-pearl';

export class MirrorFile {
  readonly path: string;
  #written: Fingerprint | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Writes the seven keys; gives the reason where another's file is left alone. Throws what the file system threw. */
  write(sidecar: SidecarRecord): string | null {
    const { gateway, miner } = sidecar.children;
    const reason = this.#isOurs() ? null : whyKept(this.path, [gateway.pid, miner.pid]);
    if (reason !== null) return reason;
    makeFolder(dirname(this.path), 0o700);
    const content = `${JSON.stringify(sevenKeysOf(sidecar), null, 2)}\n`;
    this.#written = writeFileAtomically(this.path, content, { mode: 0o600, durable: false });
    return null;
  }

  /** True when it was written and is not there any more: OpenJarvis' own stop command removes it. */
  isGone(): boolean {
    return this.#written !== null && fingerprint(this.path) === null;
  }

  /** Removes it, unless another program has written there since. */
  remove(): void {
    if (this.#isOurs()) unlinkSync(this.path);
    this.#written = null;
  }

  #isOurs(): boolean {
    return this.#written !== null && isSameFile(this.#written, fingerprint(this.path));
  }
}

/** Why a file is not replaced, as the end of a sentence; null for one that is free: none, a torn one, a dead miner's, our children's. */
function whyKept(path: string, own: readonly (number | null)[]): string | null {
  const found = recordIn(path);
  if (found === null) return null;
  if (found === 'foreign') return 'is not the record of a miner';
  const provider = text(found.fields.provider);
  if (provider === null) return 'is not the record of a miner';
  const pids = [found.fields.gateway_pid, found.fields.miner_loop_pid].map(pid).filter((one) => one !== null);
  // A record of containers names no process: whether they run is not known here.
  if (pids.length === 0) return provider === OWN_PROVIDER ? null : `is the record of another miner, ${provider}`;
  const living = pids.find((one) => !own.includes(one) && isSince(one, found.writtenMs));
  return living === undefined ? null : `is the record of another miner, ${provider} (process ${living})`;
}

function isSince(process: number, writtenMs: number): boolean {
  return processIdentity(process) !== null && !startedAfter(process, writtenMs + LATER_MS);
}

function recordIn(path: string): { fields: Fields; writtenMs: number } | 'foreign' | null {
  let content: string;
  let writtenMs: number;
  try {
    const { size, mtimeMs } = statSync(path);
    if (size > MAX_BYTES) return 'foreign';
    content = readFileSync(path, 'utf8');
    writtenMs = mtimeMs;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    const fields = object(JSON.parse(content));
    return fields === null ? 'foreign' : { fields, writtenMs };
  } catch {
    // What a power cut leaves of a record is empty, zeros, or its beginning.
    return /^[\0\s]*$|^\s*\{/.test(content) ? null : 'foreign';
  }
}
