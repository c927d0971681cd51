// What this machine does, as one table: start-up of the hot commands, verification, a JSON-RPC round trip, the miner, and what
// pearlctl costs beside it. With --startup the first of these alone. With --guest another one: what mining does to the programs
// beside it.
// Ratios first, since absolute figures drift with whatever else the machine is doing; each is a median, and what is
// compared is run in turns.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { automaticMemory } from '../src/miner/memory-share.ts';
import { type BenchOptions, native } from '../src/native/native.ts';
import { RpcClient } from '../src/protocol/jsonrpc/rpc-client.ts';
import { startServer } from '../src/protocol/jsonrpc/rpc-server.ts';
import { PRESETS } from '../src/protocol/shapes.ts';
import { measureFootprint } from '../test/costs/footprint.ts';
import { measureRecovery } from '../test/costs/recovery.ts';
import { measureStarts } from './bench/start-up.ts';

const CALLS = 500;
const RECOVERIES = 5;
const FOOTPRINT_SECONDS = 60;
/** Of processor time, on each thread. */
const MINER_SECONDS = 5;

/** What, its figure, and its ratio to something else. */
const rows: [what: string, figure: string, ratio: string][] = [];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function milliseconds(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

function startUp(): void {
  for (const { name, milliseconds, ratio } of measureStarts()) {
    rows.push([`start-up: ${name}`, `${milliseconds.toFixed(1)} ms`, `${ratio.toFixed(2)} x node -e 0`]);
  }
}

/** A row of test/vectors/proofs.json, as far as it is read. */
interface ProofVector {
  readonly header: string;
  readonly cert_version: number;
  readonly rank_penalty: boolean;
  readonly target: string;
  readonly proof: string;
}

function verification(): void {
  const vectors: { valid: ProofVector[] } = JSON.parse(readFileSync('test/vectors/proofs.json', 'utf8'));
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

async function roundTrip(): Promise<void> {
  const server = await startServer({ kind: 'tcp', host: '127.0.0.1', port: 0 }, async () => ({
    ok: true,
    result: 'ok',
  }));
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

/** Whole attempts in turns with the register-only loop, in processor time, as `pearlctl bench` measures them. */
async function mine(name: string, threads: number, options: Partial<BenchOptions> = {}): Promise<number> {
  const measured = await native().startBench({
    threads,
    shape: PRESETS.light,
    matrices: 'constant',
    memoryBytes: automaticMemory(),
    eliminate: true,
    seconds: MINER_SECONDS,
    scalar: false,
    ...options,
  }).done;
  // Only a measurement that was cancelled has no result, and nothing cancels this one.
  if (measured === null) throw new Error('the measurement was cancelled');
  const { kernel, macsPerSecond, peakMacsPerSecond, scalarMacsPerSecond } = measured;
  const ratios = [];
  if (peakMacsPerSecond !== null) ratios.push(`${(macsPerSecond / peakMacsPerSecond).toFixed(3)} x peak`);
  if (scalarMacsPerSecond !== null) ratios.push(`${(macsPerSecond / scalarMacsPerSecond).toFixed(0)} x scalar loop`);
  const what = `miner: ${name}, ${kernel}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  rows.push([what, `${(macsPerSecond / 1e9).toFixed(1)} GMAC/s`, ratios.join(', ')]);
  return macsPerSecond;
}

async function mining(): Promise<void> {
  const one = await mine('light', 1, { scalar: true });
  await mine('pool', 1, { shape: PRESETS.pool });
  await mine('light, random matrices', 1, { matrices: 'random' });
  const cores = native().physicalCores();
  if (cores < 2) return;
  const all = await mine('light', cores);
  rows.push([`miner: ${cores} threads against one`, '', `${(all / one).toFixed(2)} x`]);
}

/** Measured as the tests in test/costs do, for longer. */
async function costs(): Promise<void> {
  const times = [];
  for (let run = 0; run < RECOVERIES; run += 1) times.push(await measureRecovery());
  rows.push(['crash of the miner to work again, light', `${median(times).toFixed(0)} ms`, '']);
  if (process.platform !== 'linux') return;
  const { corePercent, pssMebibytes, each } = await measureFootprint(FOOTPRINT_SECONDS);
  const part = (name: keyof typeof each) =>
    `${name} ${each[name].corePercent.toFixed(2)} %, ${each[name].pssMebibytes.toFixed(0)} MiB`;
  const sum = `${corePercent.toFixed(2)} % of a core, ${pssMebibytes.toFixed(0)} MiB`;
  rows.push(['supervisor and gateway, mining at a pool', sum, `${part('supervisor')}; ${part('gateway')}`]);
}

if (process.argv.includes('--guest')) {
  // From its sources: it boots the box of the tests, which finds its own files beside it.
  const command = ['--import', 'tsx', 'scripts/guest/guest-bench.ts', ...process.argv.slice(2)];
  // A terminal sends the interrupt to both, and only the bench has something to put back.
  process.on('SIGINT', () => {});
  process.exit(spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 1);
}
startUp();
if (!process.argv.includes('--startup')) {
  verification();
  await roundTrip();
  await mining();
  await costs();
}
const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
const [whatWidth, figureWidth] = [width(0), width(1)];
for (const [what, figure, ratio] of rows) {
  console.log(`${what.padEnd(whatWidth)}  ${figure.padStart(figureWidth)}  ${ratio}`.trimEnd());
}
