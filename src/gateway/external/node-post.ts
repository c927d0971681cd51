// One request to the node over HTTP: connected by our own dialling, so that each address of its name gets a fair time.
import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { dialled } from '../../base/dial.ts';
import { readAnswerBody } from '../../protocol/jsonrpc/http-answer.ts';

/** A block with all its transaction ids stays far below this. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface NodePost {
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
  readonly timeoutMs: number;
  /** By which alone the node is known, in PEM; null: by this system's authorities. */
  readonly certificate: string | null;
}

/**
 * Posts and reads the answer. A redirect is an answer like any other: the password goes to `url` and nowhere else.
 *
 * @throws DialError where no address could be reached, RangeError for an answer that is too long, and what the connection
 *   throws; an AbortError when time is up.
 */
export async function postToNode(post: NodePost): Promise<{ readonly status: number; readonly text: string }> {
  const url = new URL(post.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const signal = AbortSignal.timeout(post.timeoutMs);
  const { socket } = await dialled({ host, port: Number(url.port) || (isTls ? 443 : 80) }, signal);
  try {
    return await new Promise((resolve, reject) => {
      const asked = request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(post.body),
          authorization: post.authorization,
        },
        signal,
        createConnection: () => (isTls ? secured(socket, host, post.certificate) : socket),
      });
      asked.on('error', reject);
      asked.once('response', (answer) => {
        readAnswerBody(answer, MAX_ANSWER_BYTES).then(
          (text) => resolve({ status: answer.statusCode ?? 0, text }),
          reject,
        );
      });
      asked.end(post.body);
    });
  } finally {
    socket.destroy();
  }
}

function secured(socket: Socket, host: string, certificate: string | null): Socket {
  return connect({
    socket,
    host,
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(certificate === null ? {} : { ca: certificate }),
  });
}
