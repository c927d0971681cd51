// The call that moves a miner into a scope of idle weight, as the user manager of a real systemd takes it.
import t from 'tap';
import { CPU_WEIGHT_IDLE, scopeCall } from '../../src/miner/priority/give-way.ts';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';

const UID = 4714;

t.test(
  'a process of the desktop moves beside its slices, at idle weight',
  { skip: whyNoBox(), timeout: 100_000 },
  async (t) => {
    const box = await Box.create({});
    t.teardown(() => box.down());
    await box.boot();
    await box.run(['useradd', '--create-home', '--uid', String(UID), 'alice']);
    await box.run(['loginctl', 'enable-linger', 'alice']);
    await until(
      'the user manager',
      async () => (await box.exec(['test', '-S', `/run/user/${UID}/bus`])).exitCode === 0,
    );
    const call = scopeCall('$pid', CPU_WEIGHT_IDLE).map((word) => `"${word}"`);
    const moved = `until grep -q pearlctl-miner /proc/$pid/cgroup; do sleep 0.1; done`;
    const shown = 'systemctl --user show -p CPUWeight -p ControlGroup pearlctl-miner-$pid.scope; kill $pid';
    const script = `sleep 60 & pid=$!; busctl ${call.join(' ')} && ${moved}; ${shown}`;
    const terminal = ['systemd-run', '--user', '--pipe', '--wait', '--quiet', '--slice=app.slice', 'sh', '-c', script];
    const { stdout, stderr } = await box.asUser('alice', UID, terminal);
    t.equal(stderr, '');
    t.match(stdout, /^CPUWeight=(idle|0)$/m);
    t.match(stdout, new RegExp(`^ControlGroup=.*/user@${UID}\\.service/pearlctl-miner-\\d+\\.scope$`, 'm'));
  },
);
