// How much memory the miner's buffers may take where nothing is configured.
import { totalmem } from 'node:os';

/** 512 MiB or a quarter of the memory that this process may use, the smaller. */
export function automaticMemory(): number {
  const limit = process.constrainedMemory();
  const available = limit !== undefined && limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.min(512 << 20, Math.floor(available / 4));
}
