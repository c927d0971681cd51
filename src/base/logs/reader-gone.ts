// Whether a write failed because nobody reads any more: who read a pipe has left, or the terminal was closed.
import { errnoOf } from '../errors.ts';

/** Of a pipe (pipe(7)), and of a socket in its place. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET'];

/** A terminal that hung up answers EIO (tty_ioctl(4)), which of a file is a broken disk. */
export function isReaderGone(error: unknown, isTerminal: boolean): boolean {
  const errno = errnoOf(error);
  return GONE.includes(errno) || (isTerminal && errno === 'EIO');
}
