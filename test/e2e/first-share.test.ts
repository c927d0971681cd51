// A newcomer with a wallet and the name of a pool: the questions of `init` at a pseudo-terminal, `run`, and the first accepted
// share, with no document opened, in terminals of two sizes; then `init` once more. The name stands in own-pools.json, as a user's own pools do.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { native } from '../../src/native/native.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { readLedger } from '../../src/state/ledger/read-ledger.ts';
import { person, play } from '../cli/init/play.ts';
import { CLI, runCli } from '../cli/run-cli.ts';
import { until } from '../fixtures/until.ts';
import { DialectPool, readDialects } from '../pool/dialect-pool.ts';
import { homeOf } from '../provider/home.ts';

t.setTimeout(300_000);

const ENTER = '\r';
const WALLET = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');
/** A difficulty of 16: 2^36 multiply-accumulates a share, a sixth of an attempt of shape light. */
const TARGET = `000000000fff${'f'.repeat(52)}`;

for (const screen of ['80x24', '60x20']) {
  t.test(
    `from init with a wallet and a pool’s name to the first accepted share, in ${screen}`,
    { skip: person },
    async (t) => {
      const dialect = readDialects().find(({ pool }) => pool === 'herominers');
      if (dialect === undefined) throw new Error('the dialect is there');
      const user = { wallet: WALLET, worker: 'pearlctl' };
      const pool = await DialectPool.start(
        { ...dialect, refused: [] },
        { core: native(), target: TARGET, scale: 1, user },
      );
      let stopped = async () => {};
      const home = homeOf(t, () => stopped());
      t.teardown(() => pool.pool.stop());
      const servers = [{ url: pool.pool.url(), difficulty: 'fixed', shareMacs: 2 ** 36 }];
      writeFileSync(join(home, 'own-pools.json'), JSON.stringify({ pools: [{ name: 'workshop', servers }] }));
      const { code, shown } = await play(
        home,
        ['init'],
        [
          ['Which network?', ENTER],
          ['Where do jobs come from?', ENTER],
          ['Which pool?', `workshop${ENTER}`],
          ['63 characters', WALLET],
          ['✓ valid on mainnet', ENTER],
          ['What is this machine called', ENTER],
          ['How much of the machine?', ENTER],
          ['Measure the rate, income and power', 'n'],
          ['Write this?', ENTER],
        ],
        { PERSON_SCREEN: screen },
      );
      t.equal(code, 0, shown);
      // A narrow screen has no room for its servers.
      const row = screen === '60x20' ? /workshop +- / : /workshop +1 +- /;
      t.match(shown, row, 'it is shown among the known pools');
      t.match(shown, 'Next: pearlctl run');
      const path = join(home, 'pearlctl.ini');
      t.match(parseConfig(readFileSync(path, 'utf8'), path), {
        miner: { wallet: WALLET },
        pools: { workshop: { url: { port: pool.pool.port } } },
      });
      // The second time Enter alone keeps all of it.
      const text = readFileSync(path, 'utf8');
      const again = await play(
        home,
        ['init', '--no-calibrate'],
        [
          ['Which network?', ENTER],
          ['Where do jobs come from?', ENTER],
          ['workshop, as now?', ENTER],
          ['Pay prl1p', ENTER],
          ['What is this machine called', ENTER],
          ['How much of the machine?', ENTER],
        ],
        { PERSON_SCREEN: screen },
      );
      t.match(again, { code: 0, shown: /nothing was changed/ });
      t.equal(readFileSync(path, 'utf8'), text);
      // Free ports, since other tests run beside this one.
      for (const key of ['gateway.port', 'gateway.metrics_port']) {
        t.equal((await runCli(['config', 'set', key, '0'], { home })).code, 0);
      }
      const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
      const child = execa(process.execPath, [CLI, 'run'], { env, extendEnv: false, reject: false, all: true });
      stopped = async () => {
        child.kill('SIGINT');
        await child;
      };
      pool.announce();
      const accepted = await until('the first accepted share', async () => {
        for await (const entry of readLedger(join(home, 'state', 'shares.jsonl'))) {
          if (entry.result === 'accepted') return entry;
        }
        return null;
      });
      t.match(accepted.origin, { network: 'mainnet', pool: pool.pool.url() });
      t.same(pool.faults, []);
      t.ok(pool.verdicts.includes('accepted'), 'the pool has it in its books too');
      await stopped();
      t.equal((await child).exitCode, 0, (await child).all);
    },
  );
}
