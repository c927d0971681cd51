// The way from a real `launchctl` command on PATH through a socket into the simulator, with the runner that the product uses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'plist';
import t from 'tap';
import { runCommand } from '../../src/service/run-program.ts';
import { until } from '../fixtures/until.ts';
import { PROFILES } from './profiles.ts';
import { serveSimulator } from './server.ts';
import { Simulator } from './simulator.ts';

// Each question is a process of its own.
t.setTimeout(300_000);

for (const profile of PROFILES) {
  t.test(`simulated ${profile.name}: launchctl answers with codes and texts, and really runs jobs`, async (t) => {
    const folder = t.testdir({});
    const options = { profile, uid: 501, agentsFolder: folder, daemonsFolder: folder, gui: true, throttleSecondMs: 20 };
    const sim = new Simulator(options);
    const server = await serveSimulator(sim);
    const launchctl = (...args: string[]) => runCommand(['launchctl', ...args], { env: server.env });
    const file = join(folder, 'a.plist');
    const script = 'process.on("SIGTERM", () => setTimeout(() => process.exit(0), 300)); setInterval(() => {}, 1000)';
    writeFileSync(
      file,
      build({ Label: 'a', ProgramArguments: [process.execPath, '-e', script], KeepAlive: { SuccessfulExit: false } }),
    );
    t.equal((await launchctl('print', 'gui/501/a')).code, 113);
    t.equal((await launchctl('bootout', 'gui/501/a')).code, 3);
    t.equal((await launchctl('bootstrap', 'gui/502', file)).code, 125);
    t.equal((await launchctl('disable', 'gui/501/a')).code, 0);
    t.equal((await launchctl('bootstrap', 'gui/501', file)).code, profile.maskedCode ?? 119);
    t.equal((await launchctl('enable', 'gui/501/a')).code, 0);
    t.equal((await launchctl('bootstrap', 'gui/501', file)).code, 0);
    t.equal((await launchctl('bootstrap', 'gui/501', file)).code, profile.loadedCode);
    await until('the job to run', async () => /state = running/.test((await launchctl('print', 'gui/501/a')).stdout));
    // Node needs a moment to take signals over; before that, SIGTERM would just end it.
    await until('its handler', async () => sim.job('gui/501/a')?.pid ?? null);
    const pid = sim.job('gui/501/a')?.pid;
    t.match((await launchctl('list')).stdout, new RegExp(`^${pid}\\t0\\ta$`, 'm'));
    t.match((await launchctl('list', 'a')).stdout, `"PID" = ${pid};`);
    t.equal((await launchctl('list', 'b')).code, 113);
    t.equal((await launchctl('managername')).stdout, 'Aqua');
    const asRoot = { ...server.env, LAUNCHD_SIM_AS_ROOT: '1' };
    const root = (...args: string[]) => runCommand(['launchctl', ...args], { env: asRoot });
    t.equal((await root('managername')).stdout, 'System');
    t.equal((await root('asuser', '501', 'launchctl', 'managername')).stdout, 'Aqua', 'its context is the user’s');
    t.equal((await root('asuser', '501', 'false')).code, 1, 'and its end the caller’s');
    t.equal((await launchctl('asuser')).code, 64);
    t.match((await launchctl('error', '5')).stdout, /Input\/output error/);
    t.match(await launchctl('kickstart', 'gui/501/a'), { code: 37 });
    t.equal((await launchctl('bootout', 'gui/501/a')).code, 0, 'the answer comes before the job is gone');
    await until('the label to be free', async () => (await launchctl('print', 'gui/501/a')).code === 113);
    t.equal((await launchctl('bootout', '--wait', 'gui/501/a')).code, profile.bootoutWait ? 3 : 64);

    const person = (...args: string[]) => runCommand(['sim', ...args], { env: server.env });
    t.equal((await person('login')).code, 0);
    await until('the agent of the new session', () => sim.job('gui/501/a')?.pid);
    t.equal((await person('sleep', '200')).code, 0);
    t.ok(sim.job('gui/501/a')?.pid, 'a nap ends nothing');
    t.equal((await person('logout')).code, 0);
    t.same(sim.loaded, []);
    t.equal((await launchctl('print', 'gui/501')).code, 112, 'there is no session');
    t.equal((await launchctl('managername')).stdout, 'Background');
    t.equal((await person('reboot')).code, 0);
    t.same(sim.loaded, ['system/a'], 'a daemon is there before any user logs in');
    t.equal((await person('dance')).code, 64);
    await sim.shutDown();
    await server.close();
  });
}
