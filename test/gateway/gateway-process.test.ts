import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { notedProofs } from '../../src/gateway/ledger/pending.ts';
import { shortWallet, walletFromProgram } from '../../src/protocol/wallet.ts';
import { readLedger } from '../../src/state/ledger/read-ledger.ts';
import { Child, makeHome } from '../fixtures/gateway/processes.ts';
import { until } from '../fixtures/until.ts';

const BACKTRACE = /^\s+at /m;

t.test('it says where it listens and what it has, each second, and leaves at SIGTERM with 0', async (t) => {
  const home = await makeHome(t);
  const gateway = new Child(t, home, ['gateway']);
  const { url, upstream, job } = await gateway.message('gateway', ({ job }) => job !== null);
  t.match(url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  t.match(upstream, { phase: 'ready' });
  t.match(job, { height: 1, certVersion: 3 });
  const count = gateway.count('gateway');
  await until('two more heartbeats', () => gateway.count('gateway') >= count + 2);
  gateway.process.kill('SIGTERM');
  t.strictSame(await gateway.exited, { code: 0, signal: null });
  t.match(gateway.stderr, /worth nothing/);
});

t.test('a supervisor that is gone takes it along', async (t) => {
  const gateway = new Child(t, await makeHome(t), ['gateway']);
  await gateway.message('gateway');
  gateway.process.disconnect();
  t.match(await gateway.exited, { code: 0 });
});

t.test('a Unix socket is served with mode 0600 and is gone afterwards', async (t) => {
  const home = await makeHome(t);
  const path = join(home, 'gw.sock');
  const withSocket = await makeHome(t, [`socket = ${path}`]);
  const gateway = new Child(t, withSocket, ['gateway']);
  t.equal((await gateway.message('gateway')).url, `unix:${path}`);
  t.equal((await lstat(path)).mode & 0o777, 0o600);
  gateway.process.kill('SIGTERM');
  await gateway.exited;
  await t.rejects(lstat(path), { code: 'ENOENT' });
});

t.test(
  'a port in use, a second gateway, a home it cannot write: one sentence, a hint, the right exit code',
  async (t) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.teardown(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const busy = await makeHome(t);
    const ini = join(busy, 'pearlctl.ini');
    await writeFile(ini, (await readFile(ini, 'utf8')).replace('port = 0', `port = ${port}`));
    const refused = new Child(t, busy, ['gateway']);
    t.match(await refused.exited, { code: 75 });
    t.match(await refused.message('failure'), {
      code: 'PORT_IN_USE',
      hint: { commands: [{ verb: 'config', args: ['set', 'gateway.port', '0'] }] },
    });
    t.notMatch(refused.stderr, BACKTRACE);

    const home = await makeHome(t);
    const first = new Child(t, home, ['gateway']);
    await first.message('gateway');
    const second = new Child(t, home, ['gateway']);
    t.match(await second.exited, { code: 75 });
    t.match(await second.message('failure'), { code: 'ALREADY_RUNNING' });

    const broken = await makeHome(t);
    await writeFile(join(broken, 'state'), 'a file where a folder belongs');
    const homeless = new Child(t, broken, ['gateway']);
    t.match(await homeless.exited, { code: 77 });
    t.match(await homeless.message('failure'), { code: 'HOME_UNWRITABLE' });
    t.notMatch(homeless.stderr, BACKTRACE);
  },
);

t.test('gateway and miner make blocks; either may be killed; every proof is accounted for', async (t) => {
  const home = await makeHome(t);
  const gateway = new Child(t, home, ['gateway']);
  const url = (await gateway.message('gateway')).url ?? '';
  const miner = new Child(t, home, ['mine', '--gateway', url]);
  t.match(await miner.message('miner', ({ ready }) => ready), { threads: 1, kernel: /./ });
  await gateway.message('verdict', ({ result, block, height }) => result === 'accepted' && block && (height ?? 0) >= 3);

  miner.process.kill('SIGKILL');
  await miner.exited;
  const again = new Child(t, home, ['mine', '--gateway', url]);
  const before = gateway.count('verdict');
  await again.message('miner', ({ sent }) => sent > 0);
  await until('another verdict', () => gateway.count('verdict') > before);

  gateway.process.kill('SIGKILL');
  await gateway.exited;
  await again.message('miner', ({ activity }) => activity === 'connecting');
  const port = new URL(url).port;
  const ini = join(home, 'pearlctl.ini');
  await writeFile(ini, (await readFile(ini, 'utf8')).replace('port = 0', `port = ${port}`));
  const back = new Child(t, home, ['gateway']);
  const { job } = await back.message('gateway', ({ job }) => job !== null);
  t.ok((job?.height ?? 0) >= 4, 'the chain goes on');
  await back.message('verdict', ({ result }) => result === 'accepted');
  // That may be of a proof which the first gateway had: a miner that is not back yet has no gateway to tell of what it drops.
  await until('the miner to be back', () => {
    const newest = again.messages.findLast(({ type }) => type === 'miner');
    return newest?.type === 'miner' && newest.activity === 'mining';
  });

  again.process.kill('SIGTERM');
  t.strictSame(await again.exited, { code: 0, signal: null });
  const { found, sent, dropped } = await again.message('miner');
  back.process.kill('SIGTERM');
  t.strictSame(await back.exited, { code: 0, signal: null });

  const heights = new Set<number>();
  const written = new Set<string>();
  for await (const { proof, result, height, reason } of readLedger(join(home, 'state', 'shares.jsonl'))) {
    written.add(proof);
    if (result !== 'accepted') t.ok(reason !== null, `${result} has a reason`);
    else if (height !== null) {
      t.notOk(heights.has(height), `one block at height ${height}`);
      heights.add(height);
    }
  }
  // A verdict that the first gateway told and did not live to write is told once more by the next: the proof is one.
  const told = proofsOf('verdict', gateway, back);
  t.ok(told.length > 0);
  t.same(
    told.filter((proof) => !written.has(proof)),
    [],
    'what was told is written',
  );
  // What a slow machine judges too late to hand it over or to tell of it stays noted, for the next miner.
  const owner = { network: 'devnet', wallet: shortWallet(walletFromProgram(Buffer.alloc(32, 7), 'devnet')) };
  const noted = await notedProofs(join(home, 'state', 'shares.jsonl'), owner);
  t.ok(sent > 0 && proofsOf('found', again).length >= sent + dropped, 'each find is told before what becomes of it');
  t.same(
    proofsOf('found', miner, again).filter((proof) => !written.has(proof) && !noted.inFlight.has(proof)),
    [],
    'what was found is written or noted',
  );
  const notes = noted.inFlight.size + noted.settled.size;
  t.ok(found - sent - dropped <= notes, 'the miner’s last word or its notes account for each proof');
  t.strictSame(
    [...heights],
    [...heights].sort((a, b) => a - b),
  );
  const left = notes > 0 ? ['shares.found.jsonl'] : [];
  t.strictSame((await readdir(join(home, 'state'))).sort(), ['devnet', ...left, 'shares.jsonl']);
});

t.test('the miner hears pause, resume and duty', async (t) => {
  const home = await makeHome(t);
  const gateway = new Child(t, home, ['gateway']);
  const miner = new Child(t, home, ['mine', '--gateway', (await gateway.message('gateway')).url ?? '']);
  await miner.message('miner', ({ sent }) => sent > 0);
  miner.process.send({ type: 'pause', reason: 'on battery' });
  t.match(await miner.message('miner', ({ activity }) => activity === 'paused'), { reason: 'on battery' });
  miner.process.send({ type: 'nonsense' });
  miner.process.send({ type: 'duty', percent: 50 });
  const { sent } = await miner.message('miner');
  miner.process.send({ type: 'resume' });
  await miner.message('miner', (message) => message.activity === 'mining' && message.sent > sent);
  miner.process.disconnect();
  t.match(await miner.exited, { code: 0 }, 'and leaves with its supervisor');
});

function proofsOf(type: 'found' | 'verdict', ...children: readonly Child[]): string[] {
  return children.flatMap(({ messages }) => messages.flatMap((said) => (said.type === type ? [said.proof] : [])));
}
