// What this machine does, as one table: start-up of the hot commands, verification, a JSON-RPC round trip, the miner.
// Ratios first, since absolute figures drift with whatever else the machine is doing; each is a median, and what is
// compared is run in turns.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RpcClient } from '../dist/js/jsonrpc/client.js';
import { startServer } from '../dist/js/jsonrpc/server.js';
import { native } from '../dist/js/native.js';

const CLI = join(import.meta.dirname, '..', 'dist', 'js', 'cli.js');
const START_RUNS = 21;
const CALLS = 500;
const MINER_SECONDS = 6;

const rows = [];

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function milliseconds(action) {
  const started = performance.now();
  action();
  return performance.now() - started;
}

function startUp() {
  const home = mkdtempSync(join(tmpdir(), 'pearlctl-bench-'));
  const commands = {
    'node -e 0': ['-e', '0'],
    'pearlctl --version': [CLI, '--version'],
    'pearlctl status': [CLI, 'status'],
    'pearlctl verify --help': [CLI, 'verify', '--help'],
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let run = 0; run < START_RUNS; run += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const options = { stdio: 'ignore', env: { ...process.env, PEARLCTL_HOME: home } };
      times[name].push(milliseconds(() => spawnSync(process.execPath, args, options)));
    }
  }
  rmSync(home, { recursive: true });
  const bare = median(times['node -e 0']);
  for (const [name, values] of Object.entries(times)) {
    const ratio = `${(median(values) / bare).toFixed(2)} x node -e 0`;
    rows.push([`start-up: ${name}`, `${median(values).toFixed(1)} ms`, ratio]);
  }
}

function verification() {
  const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'test', 'vectors', 'proofs.json'), 'utf8'));
  const times = vectors.valid.map(({ header, cert_version, rank_penalty, target, proof }) => {
    const question = {
      header: Buffer.from(header, 'hex'),
      certVersion: cert_version,
      rankPenalty: rank_penalty,
      target: BigInt(`0x${target}`),
      proof,
    };
    return median(Array.from({ length: 9 }, () => milliseconds(() => native().verifyBase64(question))));
  });
  rows.push(['verify: median of the public proofs', `${median(times).toFixed(2)} ms`, '']);
  rows.push(['verify: slowest of them', `${Math.max(...times).toFixed(2)} ms`, '']);
}

async function roundTrip() {
  const server = await startServer({ kind: 'tcp', host: '127.0.0.1', port: 0 }, async () => ({ result: 'ok' }));
  const client = await RpcClient.connect(server.endpoint, 5000);
  const times = [];
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now();
    await client.call('getMiningInfo', {}, 5000);
    times.push(performance.now() - started);
  }
  client.close();
  await server.close();
  rows.push(['JSON-RPC round trip on loopback', `${median(times).toFixed(3)} ms`, '']);
}

/** Multiply-accumulates a second on a job whose target is never met. */
async function mine(threads) {
  const shape = { m: 16384, n: 12288, k: 2048, rank: 128, rows: range(16), cols: range(16) };
  const options = { threads, memoryBytes: 512 << 20, matrices: 'constant', idlePriority: false };
  const miner = native().createMiner(options, () => {});
  miner.setJob({ id: 1, header: Buffer.alloc(76, 1), certVersion: 3, target: 1n << 150n, shape });
  await delay(1000);
  const [before, started] = [miner.stats(), performance.now()];
  await delay(MINER_SECONDS * 1000);
  const [after, seconds] = [miner.stats(), (performance.now() - started) / 1000];
  await miner.stop();
  return { rate: Number(after.macs - before.macs) / seconds, kernel: after.kernel };
}

function range(length) {
  return Array.from({ length }, (_, i) => i);
}

async function mining() {
  const cores = native().physicalCores();
  const one = await mine(1);
  rows.push([`miner: ${one.kernel}, 1 thread`, `${(one.rate / 1e9).toFixed(1)} GMAC/s`, '']);
  if (cores < 2) return;
  const all = await mine(cores);
  const ratio = `${(all.rate / one.rate).toFixed(2)} x one thread`;
  rows.push([`miner: ${all.kernel}, ${cores} threads`, `${(all.rate / 1e9).toFixed(1)} GMAC/s`, ratio]);
}

startUp();
verification();
await roundTrip();
await mining();
const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
for (const [what, figure, ratio] of rows) {
  console.log(`${what.padEnd(widths[0])}  ${figure.padStart(widths[1])}  ${ratio}`.trimEnd());
}
