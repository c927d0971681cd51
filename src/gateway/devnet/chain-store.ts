// The devnet's blocks on disk: an append-only file of headers, synced block by block, and the last few proofs. Nothing
// counts as a block before its record is on the disk; a torn end is overwritten; size is bounded.
import { constants, type FileHandle, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { makeFolder } from '../../base/private-folder.ts';
import type { Native } from '../../native/native.ts';
import type { Block, BlockArithmetic } from './block.ts';
import { encodeRecord, RECORD_BYTES, readTail } from './block-record.ts';

/** 16 MiB, three days of blocks; then the older half goes. */
const MAX_RECORDS = 131_072;
/** How much of the file's end is read at a start: enough to find whole records behind any damage a crash can do. */
const READ_RECORDS = 1024;
/** Proofs kept to look at, up to 400 KB each. */
const KEPT_PROOFS = 16;

export interface BlockStoreOptions {
  readonly folder: string;
  readonly core: BlockArithmetic & Pick<Native, 'lockFile'>;
  /** How many blocks the chain wants back at a start. */
  readonly tailLength: number;
  readonly maxRecords?: number;
}

type FileLock = NonNullable<ReturnType<Native['lockFile']>>;

export class BlockStore {
  readonly #options: Required<BlockStoreOptions>;
  readonly #lock: FileLock;
  #file: FileHandle;
  #records: number;
  /** The chain's last blocks as they were found, oldest first. */
  readonly tail: readonly Block[];

  private constructor(
    options: Required<BlockStoreOptions>,
    lock: FileLock,
    file: FileHandle,
    records: number,
    tail: readonly Block[],
  ) {
    this.#options = options;
    this.#lock = lock;
    this.#file = file;
    this.#records = records;
    this.tail = tail;
  }

  /** Opens or makes the folder. Throws `ALREADY_RUNNING` when another gateway writes there, and system errors. */
  static async open(options: BlockStoreOptions): Promise<BlockStore> {
    const { folder, core } = options;
    makeFolder(proofFolder(folder), 0o700);
    const lock = core.lockFile(join(folder, 'lock'));
    if (lock === null) {
      throw new PearlError('ALREADY_RUNNING', `Another gateway writes the devnet in ${folder}.`, {
        hint: fix`See ${pearlctl('status')}, or use another PEARLCTL_HOME.`,
      });
    }
    try {
      return await BlockStore.#openLocked(options, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  static async #openLocked(options: BlockStoreOptions, lock: FileLock): Promise<BlockStore> {
    const { folder, core, tailLength } = options;
    // At positions of our own: `a` would ignore them, `w` empty the file.
    const file = await open(headerFile(folder), constants.O_RDWR | constants.O_CREAT, 0o600);
    const stored = Math.floor((await file.stat()).size / RECORD_BYTES);
    const from = Math.max(stored - READ_RECORDS, 0);
    const bytes = Buffer.alloc((stored - from) * RECORD_BYTES);
    await file.read(bytes, 0, bytes.length, from * RECORD_BYTES);
    const { blocks, records } = readTail(core, bytes, tailLength);
    const store = new BlockStore({ maxRecords: MAX_RECORDS, ...options }, lock, file, from + records, blocks);
    await store.#prune(blocks.at(-1)?.height ?? 0);
    return store;
  }

  /** Writes the block; it is on the disk when this resolves. After a failure (full disk) the next call tries again. */
  async append(block: Block, proof: Buffer): Promise<void> {
    if (this.#records >= this.#options.maxRecords) await this.#halve();
    const record = encodeRecord(this.#options.core, block);
    await this.#file.write(record, 0, RECORD_BYTES, this.#records * RECORD_BYTES);
    await this.#file.datasync();
    this.#records += 1;
    await this.#keepProof(block.height, proof);
  }

  /** The proof of a late block, or null where it was not kept. */
  async proof(height: number): Promise<Buffer | null> {
    const text = await readFile(proofFile(this.#options.folder, height), 'latin1').catch(() => null);
    return text === null ? null : Buffer.from(text, 'base64');
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#lock.release();
  }

  /** Proofs are for looking at: one that cannot be kept harms nothing. */
  async #keepProof(height: number, proof: Buffer): Promise<void> {
    const { folder } = this.#options;
    try {
      await writeFile(proofFile(folder, height), proof.toString('base64'), { mode: 0o600 });
      await rm(proofFile(folder, height - KEPT_PROOFS), { force: true });
    } catch {}
  }

  async #prune(tipHeight: number): Promise<void> {
    const folder = proofFolder(this.#options.folder);
    for (const name of await readdir(folder)) {
      const height = Number(/^(\d+)\.proof$/.exec(name)?.[1] ?? Number.NaN);
      if (height <= tipHeight - KEPT_PROOFS || height > tipHeight) await rm(join(folder, name), { force: true });
    }
  }

  async #halve(): Promise<void> {
    const path = headerFile(this.#options.folder);
    const kept = Math.floor(this.#records / 2);
    const bytes = Buffer.alloc(kept * RECORD_BYTES);
    await this.#file.read(bytes, 0, bytes.length, (this.#records - kept) * RECORD_BYTES);
    const temporary = await open(`${path}.new`, 'w+', 0o600);
    try {
      await temporary.write(bytes, 0, bytes.length, 0);
      await temporary.datasync();
      await rename(`${path}.new`, path);
    } catch (error) {
      await temporary.close();
      throw error;
    }
    await this.#file.close();
    this.#file = temporary;
    this.#records = kept;
  }
}

function headerFile(folder: string): string {
  return join(folder, 'headers.bin');
}

function proofFolder(folder: string): string {
  return join(folder, 'proofs');
}

function proofFile(folder: string, height: number): string {
  return join(proofFolder(folder), `${height}.proof`);
}
