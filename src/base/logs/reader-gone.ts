// Whether a write failed because its reader is gone: the other end of a pipe was closed, or the terminal.
import { errnoOf } from '../errors.ts';

/** Of a pipe (pipe(7)), and of a socket in its place. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET'];

/** A terminal that hung up answers EIO (tty_ioctl(4)), which of a file is a broken disk. */
export function isReaderGone(error: unknown, isTerminal: boolean): boolean {
  const errno = errnoOf(error);
  return GONE.includes(errno) || (isTerminal && errno === 'EIO');
}
