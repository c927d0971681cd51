import t from 'tap';
import { asFix, fixText } from '../../src/base/fix.ts';
import { detectManager, type MachineFacts, requireManager } from '../../src/service/detect-manager.ts';

const linux: MachineFacts = { platform: 'linux', systemdBooted: true, init: 'systemd', wsl: false, container: false };

t.test('the manager follows from the facts, and its absence has a reason and a way out', async (t) => {
  t.same(detectManager(linux), { kind: 'systemd' });
  t.same(detectManager({ ...linux, platform: 'darwin', systemdBooted: false }), { kind: 'launchd' });
  t.same(detectManager({ ...linux, container: true }), { kind: 'systemd' }, 'a container with systemd is a machine');
  const none = { ...linux, systemdBooted: false };
  for (const [facts, reason] of [
    [{ ...none, wsl: true }, /Windows Subsystem/],
    [{ ...none, container: true }, /container/],
    [{ ...none, init: 'openrc-init' }, /openrc-init/],
    [{ ...none, platform: 'win32' as const }, /win32/],
  ] as const) {
    const found = detectManager(facts);
    t.match(found, { kind: null, reason });
    t.match('hint' in found && fixText(asFix(found.hint)), /pearlctl run/);
    t.throws(() => requireManager(facts), { code: 'SERVICE_MANAGER_MISSING', exitCode: 69 });
  }
  const inWsl = detectManager({ ...none, wsl: true });
  t.match('hint' in inWsl && fixText(asFix(inWsl.hint)), /systemd=true/);
});
