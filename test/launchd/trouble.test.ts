// What goes wrong between a service and launchd. SIMULATED, by knobs of the stand-in that no real Mac has.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { launchctlError } from '../../src/service/launchd/codes.ts';
import { LaunchdManager } from '../../src/service/launchd/launchd-manager.ts';
import { canSign, claimProgram } from '../../src/service/launchd/mac-program.ts';
import { runtimeRootOf } from '../../src/service/runtime/runtime-layout.ts';
import { until } from '../fixtures/until.ts';
import { packageAs, spoil } from '../service/other-version.ts';
import { devnetConfig, prepare } from './mac.ts';
import { PROFILES } from './profiles.ts';
import { simulateMac, UID, whyNoMac } from './simulated.ts';

const skip = whyNoMac();
t.setTimeout(600_000);
const LABEL = 'org.pearlctl.supervisor';

for (const profile of PROFILES) {
  t.test(`simulated ${profile.name}: trouble is named, nothing is half done`, { skip, timeout: 300_000 }, async (t) => {
    const mac = simulateMac(t, profile, { scope: 'user' });
    const list = () => readdirSync(mac.folder, { recursive: true }).sort();
    const before = list();
    mac.sim.faults.removesAtOnce = true;
    await t.rejects((await prepare(mac)).act({}), { code: 'SERVICE_FAILED', hint: /Login Items/ });
    t.same(list(), before, 'everything was put back');
    mac.sim.faults.removesAtOnce = false;

    mac.sim.faults.transientFailures = 2;
    const prepared = await prepare(mac);
    await prepared.act({});
    t.ok((await prepared.verify(120_000)).work, 'an input/output error that passes is waited out');

    const { paths, caller, definitionFile, run } = mac.open();
    const current = join(runtimeRootOf(paths, caller), 'current');
    t.match(
      readFileSync(join(current, 'bin', 'pearlctl'), 'latin1').slice(-300),
      new RegExp(`signed: .*--identifier ${LABEL} `),
    );
    t.match(readFileSync(join(current, '.unquarantined'), 'utf8'), /^-d -r com\.apple\.quarantine /);
    const options = { scope: 'user' as const, instance: null, run, caller, paths, definitionFile };
    const manager = new LaunchdManager({ ...options, spawnLimitMs: 1000 });
    await manager.stop();
    mac.sim.faults.neverSpawns = true;
    await t.rejects(manager.start(), { code: 'SERVICE_FAILED', message: /does not start it/, hint: /Login Items/ });
    t.ok(
      mac.sim.events.some((event) => event.startsWith('kickstart ')),
      'after one kick',
    );
    mac.sim.faults.neverSpawns = false;
    await manager.start();
    t.ok((await prepared.verify(120_000)).work, 'the next start finds the label taken by a job that never ran');
  });
}

t.test('simulated: a version on trial is where no boot looks, and one that ends goes back', { skip }, async (t) => {
  const mac = simulateMac(t, PROFILES[0] as (typeof PROFILES)[number], { scope: 'system' });
  const prepared = await prepare(mac);
  await prepared.act({});
  t.ok((await prepared.verify(120_000)).work);
  const { paths, caller, definitionFile } = mac.open();
  const root = runtimeRootOf(paths, caller);
  const before = readdirSync(root);
  const current = readlinkSync(join(root, 'current'));
  const broken = packageAs('9.1.0', t.testdir({}));
  spoil(broken, 'supervise', 'process.exit(1)', paths.configFile);
  const failed = t.rejects((await prepare(mac, broken)).act({}), {
    code: 'SERVICE_FAILED',
    message: /does not become ready.*Everything was put back/,
  });
  await until('the trial', () =>
    mac.sim.job(`system/${LABEL}`)?.plist.ProgramArguments[0]?.startsWith(join(root, '9.1.0')),
  );
  t.equal(readlinkSync(join(root, 'current')), current);
  t.match(readFileSync(definitionFile, 'utf8'), `<string>${join(root, 'current')}/`);
  t.equal(readdirSync(dirname(definitionFile)).length, 1, 'a boot would take the old version');
  await failed;
  t.ok((await prepared.verify(120_000)).work, 'it mines again');
  t.match(mac.sim.job(`system/${LABEL}`)?.plist.ProgramArguments[0], join(root, 'current'));
  t.same(readdirSync(root), before);
});

t.test('simulated: an agent that is loaded over ssh and again at the login runs once', { skip }, async (t) => {
  const mac = simulateMac(t, PROFILES[0] as (typeof PROFILES)[number], { scope: 'user', gui: false });
  const prepared = await prepare(mac);
  await prepared.act({});
  const pid = await mac.pid();
  mac.sim.login();
  const second = mac.sim.job(`gui/${UID}/${LABEL}`);
  t.ok(second, 'the login loads it for the session on the screen');
  await until('the second one to end', () => second?.lastExit !== null && second?.pid === null, 60_000);
  t.match(second, { lastExit: { code: 0 }, runs: 1 }, 'for good: launchd starts again what ends with another code');
  t.equal(mac.sim.job(`user/${UID}/${LABEL}`)?.pid, pid);
  t.ok((await prepared.verify(120_000)).work);
});

t.test('simulated: what macOS keeps services out of is refused before anything is done', { skip }, async (t) => {
  const mac = simulateMac(t, PROFILES[0] as (typeof PROFILES)[number], { scope: 'user' });
  for (const folder of ['/Users/ada/Documents', '/Users/ada/Library/Mobile Documents/x', '/Volumes/Disk']) {
    mac.writeConfig(`${devnetConfig()}[sidecar]\nmirror = ${folder}/mining.json\n`);
    const message = new RegExp(`mirror is ${folder}/mining.json, but macOS keeps services out`);
    await t.rejects(prepare(mac), { code: 'CONFIG_INVALID', message });
  }
  mac.writeConfig(`${devnetConfig()}[sidecar]\nmirror = /Users/ada/.openjarvis/runtime/mining.json\n`);
  t.ok((await prepare(mac)).plan.steps.length > 0);
});

t.test('simulated: input/output errors that stay are told with where to look', { skip }, async (t) => {
  const mac = simulateMac(t, PROFILES[0] as (typeof PROFILES)[number], { scope: 'user' });
  t.match(launchctlError('load it', 5), { message: /input\/output error/, hint: /Login Items/ });
  const service = mac.open();
  t.ok(await canSign(service.run));
  const nothing = async () => Promise.reject(new Error('not here'));
  t.notOk(await canSign(nothing));
  await claimProgram(nothing, mac.folder, null);
});

t.test('simulated: without a graphical login it loads into the user domain, over ssh', { skip }, async (t) => {
  for (const profile of PROFILES) {
    const mac = simulateMac(t, profile, { scope: 'user', gui: false });
    await (await prepare(mac)).act({});
    t.same(mac.sim.loaded, [`user/${UID}/${LABEL}`]);
    t.same(mac.sim.job(`user/${UID}/${LABEL}`)?.plist.LimitLoadToSessionType, ['Aqua', 'Background']);
    await mac.sim.shutDown();
  }
});
