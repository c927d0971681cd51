// The place of a Unix socket: a dead one is cleared away, a live one and anything that is no socket is left alone.
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { errnoOf, PearlError } from '../../base/errors.ts';

/** Makes room for a socket at `path`. Throws `PORT_IN_USE` when a process answers there, `CONFIG_INVALID` for a file. */
export async function clearSocketPath(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new PearlError('NO_PERMISSION', `Cannot look at the socket's place ${path}.`, {
      hint: 'Choose a [gateway] socket in a folder of your own.',
      cause: error,
    });
  });
  if (found === null) return;
  if (!found.isSocket()) {
    throw new PearlError('CONFIG_INVALID', `${path} exists and is not a socket.`, {
      hint: 'Choose another [gateway] socket, or move that file away.',
    });
  }
  if (await isListening(path)) {
    throw new PearlError('PORT_IN_USE', `unix:${path} is in use by another program.`, {
      hint: 'Stop that program, or choose another [gateway] socket.',
    });
  }
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return;
    throw new PearlError('NO_PERMISSION', `Cannot remove the dead socket ${path}.`, {
      hint: 'Remove it as the user that made it.',
      cause: error,
    });
  });
}

/** Only a refused connection proves a socket dead; a full backlog (`EAGAIN`) or a missing right means that a process is there. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(errnoOf(error) ?? '')));
  });
}
