// The life of a service at launchd, under every profile of the stand-in. SIMULATED: the stand-in answers as launchctl is
// documented and reported to answer; only a real Mac can say how it does.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { prepareUninstall } from '../../src/service/install.ts';
import type { Service } from '../../src/service/service.ts';
import { verifyService } from '../../src/service/verify.ts';
import { until } from '../systemd/box.ts';
import { makeMac, UID, whyNoMac } from './mac.ts';
import { PROFILES } from './profiles.ts';

const skip = whyNoMac();
// Starts and stops are waited for in earnest, and other tests run beside these.
t.setTimeout(300_000);
const LABEL = 'org.pearlctl.supervisor';

async function mines(service: Service): Promise<boolean> {
  return (await verifyService(service.manager, service.paths, 30_000)).work;
}

for (const profile of PROFILES) {
  t.test(
    `simulated ${profile.name}: an agent lives from login to logout and leaves nothing`,
    { skip, timeout: 200_000 },
    async (t) => {
      const mac = makeMac(t, profile);
      mac.writeConfig();
      const service = mac.open('user');
      const target = `gui/${UID}/${LABEL}`;
      const first = await mac.prepare(service);
      t.match(first.plan.summary, { action: 'install', starts: 'when you log in' });
      await first.act({});
      t.ok((await first.verify(30_000)).work, 'it mines');
      t.equal(statSync(service.definitionFile).mode & 0o777, 0o644);
      const again = await mac.prepare(service);
      t.same(again.plan.steps, [], 'a second install changes nothing');

      const pid = mac.sim.job(target)?.pid ?? 0;
      process.kill(pid, 'SIGKILL');
      await until('another process', () => (mac.sim.job(target)?.pid ?? pid) !== pid);
      t.ok(await mines(service), 'a killed supervisor is started again');

      mac.writeConfig('7s');
      const changed = await mac.prepare(service);
      t.same(
        changed.plan.steps.map(({ kind }) => kind),
        ['file', 'service'],
      );
      await changed.act({});
      t.equal(mac.sim.job(target)?.plist.ExitTimeOut, 15, 'a changed plist reaches the loaded job');
      t.ok(await mines(service));

      await mac.sim.logout();
      t.same(mac.sim.loaded, [], 'an agent ends with the session');
      mac.sim.login();
      t.ok(await mines(mac.open('user')), 'and comes back with the next');

      const reopened = mac.open('user');
      await reopened.manager.stop();
      t.notOk(mac.sim.job(target), 'stop comes back when it is gone');
      await reopened.manager.disable();
      mac.sim.login();
      t.notOk(mac.sim.job(target), 'disabled, a login does not start it');
      t.match(await reopened.manager.state(), { blocked: true, enabled: false });
      const enabling = await mac.prepare(reopened);
      await enabling.act({});
      t.ok(await mines(reopened), 'install enables it again, before the bootstrap');

      await reopened.manager.disable();
      const removal = await prepareUninstall(mac.open('user'), true);
      await removal.act({});
      t.same(mac.sim.loaded, []);
      t.same(
        readdirSync(mac.folder, { recursive: true }).filter(
          (path) => /pearl/.test(String(path)) && !/^package/.test(String(path)),
        ),
        [],
      );
      t.notMatch(
        mac.sim.launchctl(['print-disabled', `gui/${UID}`], false).stdout,
        /=> (?:disabled|true)/,
        'no mark lies in wait',
      );
      t.same((await prepareUninstall(mac.open('user'), true)).steps, [], 'a second uninstall finds nothing');
    },
  );

  t.test(`simulated ${profile.name}: a daemon lives from boot`, { skip, timeout: 200_000 }, async (t) => {
    const mac = makeMac(t, profile, { gui: false });
    mac.writeConfig();
    const service = mac.open('system');
    const prepared = await mac.prepare(service);
    t.match(prepared.plan.summary, { runsAs: 'ada', starts: 'at boot' });
    await prepared.act({});
    t.ok((await prepared.verify(30_000)).work);
    await mac.sim.reboot();
    t.ok(await mines(mac.open('system')), 'after a reboot it mines without a login');
    await (await prepareUninstall(mac.open('system'), true)).act({});
    t.same(mac.sim.loaded, []);
    t.notOk(existsSync(service.definitionFile));
  });

  t.test(
    `simulated ${profile.name}: trouble is named, and nothing is half done`,
    { skip, timeout: 200_000 },
    async (t) => {
      const mac = makeMac(t, profile);
      mac.writeConfig();
      const before = readdirSync(mac.folder, { recursive: true }).sort();
      const service = mac.open('user');
      mac.sim.faults.removesAtOnce = true;
      await t.rejects((await mac.prepare(service)).act({}), { code: 'SERVICE_FAILED', hint: /Login Items/ });
      t.same(readdirSync(mac.folder, { recursive: true }).sort(), before, 'everything was put back');
      mac.sim.faults.removesAtOnce = false;
      mac.sim.faults.transientFailures = 2;
      const prepared = await mac.prepare(mac.open('user'));
      await prepared.act({});
      t.ok((await prepared.verify(30_000)).work, 'an input/output error that passes is waited out');
    },
  );
}

t.test(
  'simulated: without a graphical login it loads into the user domain, over ssh',
  { skip, timeout: 100_000 },
  async (t) => {
    const [profile] = PROFILES;
    if (profile === undefined) throw new Error('there is no profile');
    const mac = makeMac(t, profile, { gui: false });
    mac.writeConfig();
    const prepared = await mac.prepare(mac.open('user'));
    await prepared.act({});
    t.same(mac.sim.loaded, [`user/${UID}/${LABEL}`]);
    t.same(mac.sim.job(`user/${UID}/${LABEL}`)?.plist.LimitLoadToSessionType, ['Aqua', 'Background']);
    t.ok(existsSync(join(mac.folder, 'home', 'Library', 'LaunchAgents', `${LABEL}.plist`)));
  },
);

t.test('simulated: the real program mines as an agent, and leaves nothing', { skip, timeout: 200_000 }, async (t) => {
  const mac = makeMac(t, PROFILES[1] as (typeof PROFILES)[number], { real: true });
  mac.writeConfig();
  const prepared = await mac.prepare(mac.open('user'));
  await prepared.act({});
  t.ok((await prepared.verify(60_000)).work, 'it mines on the devnet');
  await (await prepareUninstall(mac.open('user'), true)).act({});
  t.same(mac.sim.loaded, []);
  t.same(
    readdirSync(mac.folder, { recursive: true }).filter((path) => /pearl/.test(String(path))),
    [],
  );
});
