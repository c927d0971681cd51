// attach, detach and shares as commands, against a gateway that really answers.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { LedgerOverview, overviewDocument, renderLedgerOverview } from '../../../src/state/ledger/ledger-overview.ts';
import { removeControlFolder } from '../../supervisor/killed.ts';
import { expectHeld, hold } from '../documents/held.ts';
import { runCli } from '../run-cli.ts';

const PAUSED =
  '{"jsonrpc": "2.0", "error": {"code": -32001, "message": "mining_paused: no block template available"}, "id": 1}';

/** Answers every line with the recorded pause, or with silence, as a gateway that proves does. */
async function gateway(t: Test, silent = false): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => silent || socket.write(`${PAUSED}\n`));
  }).listen(0, '127.0.0.1');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

t.test('attach notes a running pair, status finds it, stop and detach let it go', async (t) => {
  const home = t.testdir();
  // A run that was killed may have left it.
  removeControlFolder(home);
  const url = await gateway(t);
  const args = ['attach', '--gateway-url', url, '--miner-pid', String(process.pid), '--json'];
  const attached = await runCli(args, { home });
  t.equal(attached.code, 0, attached.stderr);
  t.match(JSON.parse(attached.stdout), { gatewayUrl: url });
  hold(t, 'attach', [JSON.parse(attached.stdout)]);
  const sidecar = JSON.parse(readFileSync(join(home, 'run', 'mining.json'), 'utf8'));
  t.match(sidecar, { gateway_url: url, miner_loop_pid: process.pid, gateway_pid: null, supervisor: null });
  const status = await runCli(['status', '--json'], { home });
  t.match(JSON.parse(status.stdout), { state: 'running', gateway: { kind: 'attached' } });
  t.equal(status.code, 0);

  const again = await runCli(args, { home });
  t.equal(again.code, 75, 'one pair at a time');
  const detached = await runCli(['detach', '--json'], { home });
  t.equal(detached.code, 0);
  t.match(JSON.parse(detached.stdout), { detached: true });
  hold(t, 'detach', [JSON.parse(detached.stdout)]);
  t.match((await runCli(['detach'], { home })).stdout, /Nothing was attached/);
  t.equal((await runCli(args, { home })).code, 0);
  const stopped = await runCli(['stop', '--json'], { home });
  t.equal(stopped.code, 0);
  t.match(JSON.parse(stopped.stdout), { active: 'inactive' });
  hold(t, 'stopDirectly', [JSON.parse(stopped.stdout)]);
  t.match((await runCli(['detach'], { home })).stdout, /Nothing was attached/, 'it was let go');
  t.equal(process.kill(process.pid, 0), true, 'and this process was not stopped');
  const { controlSocket } = resolvePaths({ env: { HOME: home, PEARLCTL_HOME: home } });
  t.notOk(existsSync(dirname(controlSocket)), 'where nothing listens there is no folder for it');
});

t.test('what it printed is as documented', async (t) => expectHeld(t, 'cli/commands/attach.test.ts'));

t.test('attach takes a gateway that proves for alive, and refuses what is none', async (t) => {
  const home = t.testdir();
  const proving = await gateway(t, true);
  t.equal((await runCli(['attach', '--gateway-url', proving], { home })).code, 0);
  t.equal((await runCli(['detach'], { home })).code, 0);
  const cases: [string[], number][] = [
    [['--gateway-url', 'http://127.0.0.1:1'], 69],
    [['--gateway-url', 'nonsense'], 2],
    [['--gateway-url', proving, '--miner-pid', '4194304'], 2],
    [['--gateway-url', proving, '--miner-pid', '-1'], 2],
    [[], 2],
  ];
  for (const [args, code] of cases) t.equal((await runCli(['attach', ...args], { home })).code, code, args.join(' '));
});

function entry(index: number, change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    time: new Date(Date.UTC(2026, 5, 1, 0, 0, index)).toISOString(),
    job: 'a',
    height: 100 + index,
    certVersion: 3,
    target: 1n << 233n,
    shape: { m: 64, n: 64, k: 2048, rank: 128, h: 16, w: 16 },
    proof: '00'.repeat(8),
    result: 'accepted',
    reason: null,
    block: false,
    latencyMs: 12.3,
    ...change,
  };
}

t.test('shares lists what became of each, with totals of everything', async (t) => {
  const home = t.testdir();
  mkdirSync(join(home, 'state'), { recursive: true });
  t.match(await runCli(['shares'], { home }), { code: 0, stdout: 'No shares yet.\n' });
  const entries = [
    ...Array.from({ length: 30 }, (_, index) => entry(index)),
    entry(30, { result: 'rejected', reason: 'low difficulty share', height: null }),
    entry(31, { result: 'accepted', block: true, latencyMs: 26_000 }),
  ];
  writeFileSync(join(home, 'state', 'shares.jsonl'), `${entries.map(renderEntry).join('')}{"torn": `);
  const text = await runCli(['shares', '--limit', '3', '--utc'], { home, env: { TZ: 'Asia/Kathmandu' } });
  t.equal(
    text.stdout,
    [
      '31 accepted, 1 rejected; 1 of them a block',
      '',
      'TIME                     RESULT    HEIGHT  LATENCY  REASON',
      '2026-06-01 00:00:29 UTC  accepted  129     12 ms',
      '2026-06-01 00:00:30 UTC  rejected  -       12 ms    low difficulty share',
      '2026-06-01 00:00:31 UTC  block     131     26 s',
      '',
    ].join('\n'),
  );
  const json = JSON.parse((await runCli(['shares', '--json', '--since', '2026-06-01T00:00:30Z'], { home })).stdout);
  t.match(json, { schemaVersion: 1, totals: { accepted: 1, rejected: 1, blocks: 1, work: String(1n << 23n) } });
  t.equal(json.shares.length, 2);
  t.equal((await runCli(['shares', '--since', 'soon'], { home })).code, 2);
  t.equal((await runCli(['shares', '--limit', '0'], { home })).code, 2);
});

t.test('an overview keeps the newest of a long ledger and counts all of it', async (t) => {
  const overview = new LedgerOverview(5);
  for (let index = 0; index < 10_000; index += 1) overview.add(entry(index % 60, { job: String(index) }));
  t.equal(overview.totals.byResult.accepted, 10_000);
  t.same(
    overview.newest.map(({ job }) => job),
    ['9995', '9996', '9997', '9998', '9999'],
  );
  t.equal((overviewDocument(overview) as { shares: unknown[] }).shares.length, 5);
  const narrow = renderLedgerOverview(overview, { colour: true, width: 30 }).split('\n');
  t.ok(narrow.slice(2).every((line) => line.replace(/\u001b\[\d+m/g, '').length <= 30));
});
