// A password on its way from the installing shell to the one process that needs it, in a real systemd; and what install says
// when everything runs but there is no work.
import { join } from 'node:path';
import t from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { PRODUCT, pearlctl, type Status, statusOf } from './product.ts';

const skip = whyNoBox();
t.setTimeout(300_000);

const SECRET = 'correct-horse-battery-staple';
const GATEWAY = '/opt/gateway';
const test = join(import.meta.dirname, '..');

const CONFIG = `network = regtest
[miner]
wallet = ${walletFromProgram(Buffer.alloc(32, 1), 'regtest')}
threads = 1
[gateway]
kind = external
command[] = /usr/bin/node
command[] = ${GATEWAY}/fixtures/external/reference-gateway.mjs
[pearld]
rpc_url = http://127.0.0.1:18334
rpc_user = miner
rpc_password_env = NODE_PASSWORD
`;

t.test('a password reaches the gateway as a credential and nothing else', { skip, timeout: 300_000 }, async (t) => {
  const box = await Box.create({
    ...PRODUCT,
    [`${GATEWAY}/fixtures`]: join(test, 'fixtures'),
    [`${GATEWAY}/transcripts`]: join(test, 'transcripts'),
  });
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['mkdir', '/etc/pearlctl']);
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG });
  await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);

  const without = await pearlctl(box, 'install', '--yes', '--json');
  t.match(without, { exitCode: 78, stderr: /SECRET_MISSING.*NODE_PASSWORD/ }, 'nothing is installed without it');
  t.notOk((await box.exec(['id', 'pearlctl'])).stdout, 'and no account is left');

  const env = { NODE_PASSWORD: SECRET };
  const install = await box.exec(
    ['/usr/bin/node', '/opt/pearlctl-package/dist/bundle/pearlctl.mjs', 'install', '--yes', '--json'],
    {
      env,
      timeoutMs: 200_000,
    },
  );
  t.equal(install.exitCode, 75, 'it runs, but no node answers: no work');
  t.notMatch(install.stdout + install.stderr, SECRET);
  t.match(JSON.parse(install.stdout).verification, { loaded: true, alive: true, work: false });

  t.equal(await box.run(['stat', '-c', '%a %U', '/etc/pearlctl/credentials/rpc-password']), '600 root');
  const now = await until<Status | null>('the gateway', async () => {
    const status = await statusOf((command) => box.exec(command));
    return status.children?.gateway.pid && status.children.miner.pid ? status : null;
  });
  const environment = (pid: number | null | undefined) => box.run(['cat', `/proc/${pid}/environ`]);
  t.match(await environment(now.children?.gateway.pid), `PEARLD_RPC_PASSWORD=${SECRET}`);
  t.notMatch(await environment(now.children?.miner.pid), SECRET, 'the miner does not get it');
  t.notMatch(await environment(now.supervisor?.pid), SECRET, 'nor is it in the unit’s environment');

  const places = [
    ['systemctl', 'cat', 'pearlctl'],
    ['systemctl', 'show', 'pearlctl'],
    ['journalctl', '--no-pager', '-u', 'pearlctl'],
    ['cat', '/run/pearlctl/mining.json', '/run/pearlctl/stats.json', '/etc/pearlctl/pearlctl.ini'],
    ['ps', '-eo', 'args'],
  ];
  for (const command of places) t.notMatch(await box.run(command), SECRET, command.join(' '));

  t.equal((await pearlctl(box, 'uninstall', '--purge', '--yes', '--json')).exitCode, 0);
  t.notOk((await box.exec(['ls', '/etc/pearlctl'])).stdout, 'purge takes the password along');
});
