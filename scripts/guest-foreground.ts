// The programs that a guest must not disturb, as one process: `xz` on all cores over the file given, and beside it a timer of 10 ms and
// an HTTP echo over loopback. Prints how long the one took and how late the others were, as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';

const TICK_MS = 10;
/** Below the timer's own period, so that echoes do not queue up. */
const ECHO_MS = 25;

const [file = ''] = process.argv.slice(2);
const late: number[] = [];
const echoes: number[] = [];

const server = createServer((_question, answer) => answer.end('echo'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

let dueMs = performance.now() + TICK_MS;
function tick(): void {
  late.push(performance.now() - dueMs);
  dueMs = performance.now() + TICK_MS;
  timer = setTimeout(tick, TICK_MS);
}
let timer = setTimeout(tick, TICK_MS);
const echo = setInterval(() => {
  const askedMs = performance.now();
  request({ host: '127.0.0.1', port }, (answer) => {
    answer.resume().once('end', () => echoes.push(performance.now() - askedMs));
  }).end();
}, ECHO_MS);

const startedMs = performance.now();
const xz = spawn('xz', ['-6', '--keep', '--stdout', `--threads=${availableParallelism()}`, file], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
process.once('SIGTERM', () => xz.kill());
const [code] = await once(xz, 'exit');
const seconds = (performance.now() - startedMs) / 1000;
clearTimeout(timer);
clearInterval(echo);
server.closeAllConnections();
server.close();
console.log(JSON.stringify({ code, seconds, timerMs: p99(late), echoMs: p99(echoes) }));

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}
