// The life of a service at launchd, step by step: the list that the stand-in runs under each profile and the workflow runs on
// real Macs. Everything real but launchd itself, and there launchd too: the program, its supervisor, gateway and miner.
import { existsSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { reloadDirectly } from '../../src/service/direct.ts';
import { describeService } from '../../src/service/drift.ts';
import { prepareUninstall } from '../../src/service/install-service.ts';
import { runtimeRootOf } from '../../src/service/runtime/runtime-layout.ts';
import { readSidecar } from '../../src/state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../../src/state/sidecar/sidecar-record.ts';
import { readStats } from '../../src/state/stats/stats-record.ts';
import { readStatus, type StatusModel } from '../../src/state/status/gather.ts';
import { until } from '../fixtures/until.ts';
import { packageAs } from '../service/other-version.ts';
import { devnetConfig, type Mac, prepare } from './mac.ts';

/** Starts of the real program on a machine that is busy with other tests. */
const PATIENCE_MS = 120_000;

export async function liveALife(t: Test, mac: Mac): Promise<void> {
  const paths = mac.open().paths;
  const sidecar = (): SidecarRecord | null => {
    const reading = readSidecar(paths.sidecarFile);
    return reading.kind === 'valid' ? reading.value : null;
  };
  const height = (): number => {
    const reading = readStats(paths.statsFile);
    return (reading.kind === 'valid' ? reading.value.job?.height : null) ?? 0;
  };
  const status = (): Promise<StatusModel> =>
    readStatus(paths, { askService: () => describeService(mac.open()), serviceChangedSince: () => true });
  /** Waits until a living supervisor mines; resolves to what it says of itself. */
  const mining = (what: string, also: (now: SidecarRecord) => boolean = () => true): Promise<SidecarRecord> =>
    until<SidecarRecord | null>(
      what,
      async () => {
        const now = sidecar();
        const alive = now?.state === 'running' && now.supervisor?.pid === (await mac.pid());
        return alive && height() > 0 && also(now) ? now : null;
      },
      PATIENCE_MS,
    );
  const install = async (program?: string) => {
    const prepared = await prepare(mac, program);
    await prepared.act({});
    return prepared;
  };

  await t.test('install brings it up and waits for work; a second one changes nothing', async (t) => {
    const { plan, verify } = await install();
    t.match(plan.summary, { action: 'install', starts: mac.scope === 'system' ? 'at boot' : /^when you log in/ });
    t.match(await verify(PATIENCE_MS), { loaded: true, alive: true, ready: true, work: true, reason: null });
    t.equal(statSync(mac.open().definitionFile).mode & 0o777, 0o644);
    t.same((await prepare(mac)).plan.steps, []);
    t.match(await status(), { state: 'running', service: { manager: 'launchd', enabled: true, drift: [] } });
  });

  await t.test('a killed supervisor is started again by launchd, and its children went with it', async (t) => {
    const before = await mining('a supervisor');
    process.kill(before.supervisor?.pid ?? 0, 'SIGKILL');
    const now = await mining('another supervisor', (now) => now.supervisor?.pid !== before.supervisor?.pid);
    t.not(now.children.miner.pid, before.children.miner.pid);
    t.equal(now.children.miner.restarts, 0);
  });

  await t.test('a killed miner is started again by the supervisor, which stays', async (t) => {
    const before = await mining('a miner');
    process.kill(before.children.miner.pid ?? 0, 'SIGKILL');
    const now = await mining('another miner', ({ children }) => children.miner.restarts === 1);
    t.equal(now.supervisor?.pid, before.supervisor?.pid);
    t.equal(now.children.miner.lastExit?.signal, 'SIGKILL');
  });

  await t.test('reload takes a change over, and refuses a bad file without harm', async (t) => {
    const before = await mining('a supervisor');
    const service = mac.open();
    const signal = () => service.manager.reload();
    mac.writeConfig(devnetConfig({ level: 'debug' }));
    await reloadDirectly(paths, { signal });
    mac.writeConfig('network = nonsense\n');
    await t.rejects(reloadDirectly(paths, { signal }), { code: 'CONFIG_INVALID' });
    // Also by launchd's own means, which have no answer.
    await service.manager.reload();
    await until('the refusal in the status', async () =>
      (await status()).health.some(({ id }) => id === 'reload-refused'),
    );
    mac.writeConfig(devnetConfig());
    await reloadDirectly(paths, { signal });
    t.equal((await mining('the same supervisor')).supervisor?.pid, before.supervisor?.pid);
  });

  await t.test('a changed definition reaches the loaded job', async (t) => {
    const before = await mining('a supervisor');
    mac.writeConfig(devnetConfig({ stopTimeout: '7s' }));
    const { plan } = await install();
    t.same(
      plan.steps.map(({ kind }) => kind),
      ['file', 'service'],
    );
    await mining('another supervisor', (now) => now.supervisor?.pid !== before.supervisor?.pid);
    t.same((await status()).service?.drift, []);
  });

  await t.test('stop, disable and enable do what they say and no more', async (t) => {
    const { manager } = mac.open();
    await manager.stop();
    t.equal(await mac.pid(), null, 'stop comes back when it is gone');
    t.equal((await status()).state, 'stopped');
    await manager.disable();
    t.match(await manager.state(), { blocked: true, enabled: false });
    t.match((await status()).service, { enabled: false, drift: [/disabled/] });
    await mac.person?.login();
    t.equal(await mac.pid(), null, 'disabled, a login does not start it');
    const { plan } = await install();
    t.match(plan.summary.notes, [/enabled again/]);
    await mining('work, enabled before the bootstrap');
  });

  await t.test('a configuration that cannot work is told, not started for ever', async (t) => {
    mac.writeConfig('network = nonsense\n');
    const { manager } = mac.open();
    process.kill((await mining('a supervisor')).supervisor?.pid ?? 0, 'SIGKILL');
    await until('launchd to let it be', async () => (await manager.state()).lastExit?.code === 0, PATIENCE_MS);
    t.match(await status(), { state: 'failed', stateReason: /nonsense/ });
    t.match(await manager.state(), { loaded: true, active: 'inactive', pid: null });
    mac.writeConfig(devnetConfig({ stopTimeout: '7s' }));
    await manager.start();
    await mining('work after the file was mended');
  });

  await t.test('a newer version upgrades it in place', async (t) => {
    const newer = packageAs('9.1.0', t.testdir({}));
    const { plan } = await install(newer);
    t.match(plan.summary, { action: 'upgrade', version: '9.1.0' });
    await mining('the new version', ({ version }) => version === '9.1.0');
    const root = runtimeRootOf(paths, mac.open().caller);
    t.equal(readlinkSync(join(root, 'current')), '9.1.0');
    t.match((await status()).service?.drift, [/9\.1\.0/], 'this program is the older one now, and says so');
    t.equal((await install()).plan.summary.action, 'downgrade');
    await mining('the old version', ({ version }) => version !== '9.1.0');
  });

  if (mac.person !== null) await liveWithAPerson(t, mac, mac.person, { mining, height });

  await t.test('uninstall keeps configuration and state, uninstall --purge nothing', async (t) => {
    await (await prepareUninstall(mac.open(), false)).act({});
    t.equal(await mac.pid(), null);
    t.ok(existsSync(paths.configFile) && existsSync(paths.stateFolder));
    t.same((await prepareUninstall(mac.open(), false)).steps, [], 'a second one finds nothing');
    await (await prepareUninstall(mac.open(), true)).act({});
    t.same(mac.traces(), []);
    t.match(await mac.open().manager.state(), { loaded: false, blocked: false }, 'no mark lies in wait');
    t.same((await prepareUninstall(mac.open(), true)).steps, []);
  });
}

interface Watch {
  mining: (what: string, also?: (now: SidecarRecord) => boolean) => Promise<SidecarRecord>;
  height: () => number;
}

/** What a test cannot do to the Mac that it runs on. */
async function liveWithAPerson(t: Test, mac: Mac, person: NonNullable<Mac['person']>, watch: Watch): Promise<void> {
  const { mining, height } = watch;

  await t.test('after a nap it mines on, with nothing restarted', async (t) => {
    const before = await mining('a supervisor');
    await person.sleep(4000);
    const asleep = height();
    const now = await mining('the chain to go on', () => height() > asleep);
    t.equal(now.supervisor?.pid, before.supervisor?.pid);
    t.equal(now.children.miner.pid, before.children.miner.pid);
    t.equal(now.children.gateway.pid, before.children.gateway.pid);
  });

  await t.test('a logout and a login', async (t) => {
    const before = await mining('a supervisor');
    await person.logout();
    if (mac.scope === 'user') t.equal(await mac.pid(), null, 'an agent ends with the session');
    else t.equal(await mac.pid(), before.supervisor?.pid, 'a daemon does not notice');
    await person.login();
    const now = await mining('work in the new session');
    if (mac.scope === 'user') t.not(now.supervisor?.pid, before.supervisor?.pid);
    else t.equal(now.supervisor?.pid, before.supervisor?.pid);
  });

  await t.test('a reboot: the same chain goes on', async (t) => {
    await mining('work before the reboot');
    const before = height();
    await person.reboot();
    if (mac.scope === 'user') {
      t.equal(await mac.pid(), null, 'an agent waits for its login');
      await person.login();
    }
    await mining('work after the reboot', () => height() >= before);
    await mining('the chain to go on', () => height() > before);
  });
}
