import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import t from 'tap';
import { type Reply, startWebServer, type WebRequest } from '../../../src/web/site/http-server.ts';
import { stays, until } from '../../fixtures/until.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function ask(url: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { ...options, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    call.once('error', reject);
    call.end();
  });
}

/** Answers `/here`, and remembers what it was asked. */
function hereOnly(asked: WebRequest[] = []): (request: WebRequest) => Reply | null {
  return (request) => {
    asked.push(request);
    return request.path === '/here' ? { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'it is' } : null;
  };
}

t.test('GET and HEAD for loopback hosts are answered, and nothing else', async (t) => {
  const asked: WebRequest[] = [];
  const server = await startWebServer({ host: '127.0.0.1', port: 0 }, hereOnly(asked));
  t.teardown(() => server.close());
  const here = `${server.origin}/here`;
  t.match(await ask(here), { status: 200, body: 'it is', headers: { 'content-length': '5' } });
  t.match(await ask(here, { method: 'HEAD' }), { status: 200, body: '' });
  t.equal((await ask(`${server.origin}/there`)).status, 404);
  t.equal((await ask(`${server.origin}/../etc/passwd`)).status, 404);
  for (const host of ['localhost:1', '127.0.0.1:8339', '127.9.9.9', '[::1]:8339', 'LOCALHOST']) {
    t.equal((await ask(here, { headers: { host } })).status, 200, host);
  }
  const before = asked.length;
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8339', '10.0.0.1', '[::2]']) {
    t.equal((await ask(here, { headers: { host } })).status, 421, `"${host}" is refused`);
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await ask(here, { method });
    t.match([status, headers.allow], [405, 'GET, HEAD'], method);
  }
  t.equal(asked.length, before, 'what is refused goes no further');
});

t.test('a request is handed over as path and query', async (t) => {
  const asked: WebRequest[] = [];
  const server = await startWebServer({ host: '127.0.0.1', port: 0 }, hereOnly(asked));
  t.teardown(() => server.close());
  await ask(`${server.origin}/here?since=12&x=%2F`);
  const [handed] = asked;
  t.equal(handed?.path, '/here');
  t.equal(handed?.query.get('since'), '12');
  t.equal(handed?.query.get('x'), '/');
});

t.test('every answer, a refusal too, says who may frame, read and run what', async (t) => {
  const server = await startWebServer({ host: '127.0.0.1', port: 0 }, hereOnly());
  t.teardown(() => server.close());
  const answers = [
    await ask(`${server.origin}/here`),
    await ask(`${server.origin}/there`),
    await ask(`${server.origin}/here`, { headers: { host: 'evil.example' } }),
  ];
  for (const { status, headers } of answers) {
    const policy = String(headers['content-security-policy']);
    t.match(policy, /^default-src 'none';/, `of ${status}`);
    t.match(policy, /frame-ancestors 'none'/);
    t.notMatch(policy, /unsafe|https?:|\*|data:/, 'nothing inline, nothing from elsewhere');
    t.equal(headers['x-content-type-options'], 'nosniff');
    t.equal(headers['referrer-policy'], 'no-referrer');
    t.equal(headers['cross-origin-resource-policy'], 'same-origin');
    t.notOk('access-control-allow-origin' in headers);
  }
});

t.test('an answer that fails is told to who asked and to the log, and the next one is given', async (t) => {
  const defects: unknown[] = [];
  const answer = ({ path }: WebRequest) => {
    if (path === '/broken') throw new Error('broken');
    return hereOnly()({ path, query: new URLSearchParams() });
  };
  const server = await startWebServer({ host: '127.0.0.1', port: 0 }, answer, (defect) => defects.push(defect));
  t.teardown(() => server.close());
  t.match(await ask(`${server.origin}/broken`), { status: 500, body: /pearlctl logs/ });
  t.match(await ask(`${server.origin}/here`), { status: 200 });
  t.equal((await ask(`${server.origin}/broken`)).status, 500);
  t.match(defects, [{ message: 'broken' }], 'and it is told once to who can mend it');
});

t.test('a taken port is said in words, and open connections do not hold up the end', async (t) => {
  const first = await startWebServer({ host: '127.0.0.1', port: 0 }, hereOnly());
  const port = Number(new URL(first.origin).port);
  await t.rejects(startWebServer({ host: '127.0.0.1', port }, hereOnly()), { code: 'PORT_IN_USE' });
  const lingering = connect({ host: '127.0.0.1', port });
  lingering.on('error', () => undefined);
  await new Promise((resolve) => lingering.once('connect', resolve));
  lingering.write('GET /her');
  await first.close();
  lingering.destroy();
});

t.test('connections are limited, and those beyond it are closed', async (t) => {
  const server = await startWebServer({ host: '127.0.0.1', port: 0 }, hereOnly());
  t.teardown(() => server.close());
  const port = Number(new URL(server.origin).port);
  let closed = 0;
  const sockets = Array.from({ length: 40 }, () => connect({ host: '127.0.0.1', port }));
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closed += 1;
    });
  }
  await until('eight of forty to be sent away', () => closed === 8);
  await stays('thirty-two are served', () => closed === 8, 100);
  for (const socket of sockets) socket.destroy();
});
