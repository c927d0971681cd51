// The bytes of a pool as messages, or as the fault that ends its connection.
import { LineFramer } from '../../../protocol/jsonrpc/framing.ts';
import { type PoolMessage, parsePoolLine } from '../pool-message.ts';
import { looksLikeTls } from './tls.ts';

/** Protocol section 10: a longer line from the pool ends the connection. */
const MAX_POOL_LINE_BYTES = 64 * 1024;

/** A blank line says no more than that the pool lives. */
export type PoolInput = PoolMessage | { readonly kind: 'blank' } | { readonly kind: 'fault'; readonly reason: string };

export class PoolReader {
  readonly #framer = new LineFramer({ maxLineBytes: MAX_POOL_LINE_BYTES, maxDiscardBytes: 0 });
  #mayBeTls: boolean;

  /** @param isTls whether the connection is encrypted, so that what is read is not. */
  constructor(isTls: boolean) {
    this.#mayBeTls = !isTls;
  }

  /** What the next bytes say, in order; nothing is read behind a fault. */
  *read(chunk: Buffer): Iterable<PoolInput> {
    if (this.#mayBeTls && looksLikeTls(chunk)) {
      yield { kind: 'fault', reason: 'this port speaks TLS: write stratum+ssl:// instead of stratum+tcp://' };
      return;
    }
    this.#mayBeTls = false;
    for (const frame of this.#framer.push(chunk)) {
      if (frame.type !== 'line') {
        yield { kind: 'fault', reason: 'the pool sent a line of more than 64 KiB' };
        return;
      }
      const line = frame.bytes.toString('utf8').trim();
      yield line === '' ? { kind: 'blank' } : parsePoolLine(line);
    }
  }
}
