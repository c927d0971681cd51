// The same against the real reference gateway and a real node on regtest, where they are installed: docs/upstreams.md says
// how. Without them there is nothing to run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { readStats } from '../../../src/state/stats/stats-record.ts';
import { CLI } from '../../cli/run-cli.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { until } from '../../fixtures/until.ts';
import { homeOf } from '../../provider/home.ts';

const {
  PEARLCTL_REAL_GATEWAY,
  PEARLCTL_REAL_NODE,
  PEARLCTL_REAL_USER = 'rpcuser',
  PEARLCTL_REAL_PASSWORD,
} = process.env;
const skip =
  PEARLCTL_REAL_GATEWAY === undefined || PEARLCTL_REAL_NODE === undefined || PEARLCTL_REAL_PASSWORD === undefined;
/** A proof took 54 s at worst, twice that under load; the gateway has to start and a block has to be found as well. */
const LIMIT_MS = 600_000;

t.test('the real gateway and a real node take a block of ours', { skip, timeout: LIMIT_MS + 60_000 }, async (t) => {
  let stopped = async () => {};
  const home = homeOf(t, () => stopped());
  const command = (PEARLCTL_REAL_GATEWAY ?? '').split(' ').map((word) => `command[] = ${word}\n`);
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `network = regtest\n[miner]\nwallet = ${walletFromProgram(Buffer.alloc(32, 7), 'regtest')}\nthreads = 1\n` +
      `[shape]\npreset = custom\nm = 256\nn = 256\nk = 2048\n[gateway]\nkind = external\nport = ${await freePort()}\n` +
      `metrics_port = ${await freePort()}\nstop_timeout = 60s\n${command.join('')}[pearld]\nrpc_url = ${PEARLCTL_REAL_NODE}\n` +
      `rpc_user = ${PEARLCTL_REAL_USER}\nrpc_password_env = NODE_SECRET\n`,
    { mode: 0o600 },
  );
  const env = { ...process.env, PEARLCTL_HOME: home, NODE_SECRET: PEARLCTL_REAL_PASSWORD };
  const child = execa(process.execPath, [CLI, 'supervise'], { env, extendEnv: false, reject: false });
  stopped = async () => {
    child.kill('SIGTERM');
    await child;
  };
  const accepted = () => {
    const stats = readStats(join(home, 'run', 'stats.json'));
    return stats.kind === 'valid' ? stats.value.blocks.accepted : 0;
  };
  t.ok((await until('a block', accepted, LIMIT_MS)) > 0);
});
