// What an administrator may add to the unit, in a real systemd: each is named, and the log is read where it is written.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, statusOf } from './product.ts';

const FOLDER = '/etc/systemd/system/pearlctl.service.d';
const FILE = `${FOLDER}/ours.conf`;

t.setTimeout(300_000);
t.test('drop-ins are named, and none of them makes an answer false', { skip: whyNoBox() }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['mkdir', '/etc/pearlctl', FOLDER, '/var/log/pearl']);
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
  await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
  const ctl = (...args: string[]) => pearlctl(box, ...args);
  const now = () => statusOf((command) => box.exec(command));
  const add = async (lines: string, file = FILE) => {
    await box.run(['tee', file], { input: `[Service]\n${lines}\n` });
    await box.run(['systemctl', 'daemon-reload']);
  };
  const doctor = async (id: string) => JSON.parse((await ctl('doctor', id, '--json')).stdout).checks[0];

  await add('CPUWeight=20');
  const installed = await ctl('install', '--yes');
  t.equal(installed.exitCode, 0, installed.stderr);
  t.ok(installed.stderr.includes(`note      ${FILE} changes the unit, and stays in force.`));
  t.match(await now(), { state: 'running', service: { dropIns: [FILE], drift: [], failure: null } });
  t.match((await ctl('status')).stdout, new RegExp(`Service: .*changed by ${FILE}`));
  t.match(await doctor('service'), { status: 'ok', fact: new RegExp(`changed by ${FILE}`) });

  const logs: [lines: string, where: RegExp][] = [
    ['StandardOutput=append:/var/log/pearl/out.log', /^\/var\/lib\/pearlctl\/logs\/pearlctl\.log/],
    ['StandardOutput=null\nStandardError=null', /^\/var\/lib\/pearlctl\/logs\/pearlctl\.log/],
    ['LogNamespace=pearl', /^journal of the namespace pearl, /],
    ['Environment=PEARL=1\nMemoryMax=90%\nNice=5', /^journal, kept over reboots/],
  ];
  for (const [lines, where] of logs) {
    await add(lines);
    const beganMs = Date.now();
    t.equal((await ctl('restart')).exitCode, 0, lines);
    const { stdout } = await ctl('logs', '-n', '1', '--child', 'supervisor', '--json');
    t.ok(Date.parse(JSON.parse(stdout).time) >= beganMs, `logs shows what it says with ${lines}`);
    t.match((await doctor('logs')).fact, where);
    t.equal((await ctl('stop')).exitCode, 0);
    // The journal may still be reading what a service said last when that has ended.
    await until(`its last line with ${lines}`, async () => /stopped/.test((await ctl('logs')).stdout));
  }

  await add('EnvironmentFile=/etc/pearlctl/missing.env');
  const refused = await ctl('start');
  t.equal(refused.exitCode, 69, refused.stdout);
  t.match(await now(), { state: 'failed', stateReason: /^systemd could not run it: resources \(such as the file/ });
  t.equal((await ctl('status')).exitCode, 1);
  t.match(await doctor('service'), { status: 'problem', fact: new RegExp(`resources .*changed by ${FILE}`) });

  await add('ExecStart=\nExecStart=/bin/sleep infinity\nType=simple');
  t.match((await doctor('service')).fact, new RegExp(`${FILE} has it run another command line`));
  await box.run(['systemctl', 'start', 'pearlctl']);
  const { service } = await now();
  t.match(service?.drift, [new RegExp(`${FILE} has it run another`)]);
  await box.run(['systemctl', 'stop', 'pearlctl']);

  await add('CPUWeight=20');
  for (const [storage, fact] of [
    ['volatile', /lost at each reboot \(Storage=volatile\)/],
    ['none', /keeps nothing \(Storage=none\)/],
  ] as const) {
    const conf = `[Journal]\nStorage=${storage}\n`;
    await box.run(['tee', '/etc/systemd/journald.conf.d/zz.conf'], { input: conf });
    t.match(await doctor('logs'), { status: 'warning', fact });
  }
  const gone = await ctl('uninstall', '--purge', '--yes');
  t.equal(gone.exitCode, 0, gone.stderr);
  t.equal((await box.exec(['test', '-e', FOLDER])).exitCode, 1, 'a purge takes the drop-ins too');
});
