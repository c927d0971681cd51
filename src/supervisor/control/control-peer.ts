// Which users may speak to the supervisor: its own and root; the kernel says which one connected. The modes of socket and
// folder say the same already; this holds where they were opened, or a connection was handed on.
import type { Socket } from 'node:net';
import { native } from '../../native/native.ts';

/** Why this peer is refused, in one sentence, or null when it may speak, or when the system does not name its user. */
export function peerRefusal(
  socket: Socket,
  ownUid = process.getuid?.() ?? null,
): { uid: number; reason: string } | null {
  const descriptor = descriptorOf(socket);
  const uid = descriptor === null ? null : native().peerUid(descriptor);
  if (uid === null || ownUid === null || uid === 0 || uid === ownUid) return null;
  return {
    uid,
    reason: `user ${uid} may not give orders here: only user ${ownUid}, the owner of this supervisor, and root`,
  };
}

/** Node shows the descriptor of a socket on its handle alone; where a version does not, the modes have to do. */
function descriptorOf(socket: Socket): number | null {
  const descriptor = (socket as Socket & { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null;
}
