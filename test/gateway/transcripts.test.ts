import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GatewayService } from '../../src/gateway/gateway-service.ts';
import { native } from '../../src/native/native.ts';
import {
  ExactNumber,
  isJsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from '../../src/protocol/jsonrpc/lossless-json.ts';
import { startServer } from '../../src/protocol/jsonrpc/rpc-server.ts';
import { jobOf, ScriptedUpstream } from '../fixtures/gateway/scripted-upstream.ts';
import { until } from '../fixtures/until.ts';

interface Entry {
  direction: 'client' | 'server';
  line?: string;
  parts?: [string, number][];
  hex?: string;
  newline?: boolean;
  close?: boolean;
}

/** Where the older gateway did not ask for `cert_version`: ours does, as the newer one (the recordings' own notes). */
const NEWER_CODES = new Map([
  ['v2/invalid_params.jsonl id 6', -32602],
  ['v2/invalid_params.jsonl id 11', -32602],
  ['v2/invalid_params.jsonl id 12', -32602],
]);

const root = 'test/transcripts';

for (const version of ['v2', 'v3']) {
  for (const file of readdirSync(join(root, version))) {
    const name = `${version}/${file}`;
    t.test(`${name}: the same requests get the same codes and shapes of answers`, (t) => replay(t, name));
  }
}

async function replay(t: Test, name: string): Promise<void> {
  const entries = readFileSync(join(root, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  const upstream = new ScriptedUpstream();
  const service = new GatewayService({ upstream, core: native(), onVerdict: () => {} });
  void service.follow();
  if (!name.includes('paused')) {
    upstream.offer(jobOf(1));
    while (service.job === null) await new Promise(setImmediate);
  }
  const server = await startServer({ kind: 'tcp', host: '127.0.0.1', port: 0 }, service.handle);
  t.teardown(() => server.close());
  if (server.endpoint.kind !== 'tcp') throw new Error('not TCP');
  const answers = new Answers(connect(server.endpoint.port, server.endpoint.host));
  t.teardown(() => answers.socket.destroy());
  for (const entry of entries) {
    if (entry.direction === 'client') send(answers.socket, entry);
  }
  let count = 0;
  for (const expected of expectedAnswers(name, entries)) {
    const got = parseJson(await answers.next());
    compare(t, name, parseJson(expected), got);
    count += 1;
  }
  t.equal(answers.waiting, 0, 'nothing else was said');
  t.ok(count > 0);
  if (entries.some(({ direction, close }) => direction === 'server' && close)) await answers.closed;
}

/** The reference drops and re-reads at each limit of a long line; how often depends on TCP. Ours says it once. */
function expectedAnswers(name: string, entries: readonly Entry[]): string[] {
  const lines = entries.filter(({ direction }) => direction === 'server').flatMap(({ line }) => line ?? []);
  return name.includes('oversize_line_3mib')
    ? lines.filter((line, index) => index === 0 || !line.includes('"id": null'))
    : lines;
}

function send(socket: Socket, { line, parts, hex, newline = true, close }: Entry): void {
  if (close) {
    socket.end();
    return;
  }
  if (hex !== undefined) socket.write(Buffer.from(hex, 'hex'));
  else if (parts !== undefined) for (const [text, count] of parts) socket.write(text.repeat(count));
  else socket.write(line ?? '');
  if (newline) socket.write('\n');
}

function compare(t: Test, name: string, expected: JsonValue, got: JsonValue): void {
  if (!isJsonObject(expected) || !isJsonObject(got)) throw new Error('no object');
  const id = stringifyJson(expected.id ?? null);
  t.strictSame(Object.keys(got), Object.keys(expected), 'the same members in the same order');
  t.equal(stringifyJson(got.id ?? null), id, 'the same id');
  if (isJsonObject(expected.error) && isJsonObject(got.error)) {
    const code = NEWER_CODES.get(`${name} id ${id}`) ?? Number(stringifyJson(expected.error.code ?? null));
    t.equal(Number(stringifyJson(got.error.code ?? null)), code, `code of ${id}: ${stringifyJson(got.error)}`);
    t.type(got.error.message, 'string');
    if (code === -32001) t.match(got.error.message, /^mining_paused: /);
    return;
  }
  if (!isJsonObject(expected.result)) {
    t.equal(got.result, expected.result);
    return;
  }
  if (!isJsonObject(got.result)) throw new Error('no result');
  t.strictSame(Object.keys(got.result), Object.keys(expected.result));
  t.match(got.result.incomplete_header_bytes, /^[A-Za-z0-9+/]{102}==$/);
  t.ok(got.result.target instanceof ExactNumber && /^\d+$/.test(got.result.target.text));
  t.ok(got.result.cert_version instanceof ExactNumber);
}

class Answers {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #text = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk.toString();
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get waiting(): number {
    return this.#text.length;
  }

  async next(): Promise<string> {
    await until('an answer', () => this.#text.includes('\n'));
    const end = this.#text.indexOf('\n');
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }
}
