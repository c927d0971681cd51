import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ServiceDefinition } from '../../../src/service/definition.ts';
import { unitName } from '../../../src/service/service-names.ts';
import { renderUnit } from '../../../src/service/systemd/unit.ts';
import { linuxSystem, linuxSystemFull, linuxUser } from '../definitions.ts';
import { golden } from '../golden.ts';

const cases: [string, ServiceDefinition][] = [
  ['system.service', linuxSystem],
  ['system-full.service', linuxSystemFull],
  ['user.service', linuxUser],
  ['user-portable.service', { ...linuxUser, portableHome: '/home/ada/p', writableFolders: ['/home/ada/p'] }],
];

for (const [name, definition] of cases) {
  t.test(`the unit is ${name}, letter by letter`, async (t) => {
    const unit = renderUnit(definition);
    t.equal(unit, golden(name, unit));
  });
}

const analyze = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const skip = analyze.status === 0 ? false : 'systemd-analyze is not installed';

// A user manager's sockets get their paths from here, which must be short; it makes folders in it.
const runtime = mkdtempSync(join(tmpdir(), 'unit-'));
t.teardown(() => rmSync(runtime, { recursive: true }));

for (const [name, definition] of cases) {
  t.test(`systemd-analyze verify has nothing to say about ${name}`, { skip }, async (t) => {
    const folder = t.testdir({});
    const file = join(folder, unitName(definition.instance));
    // The executable has to exist for the check, so a program that surely does stands in for it.
    const checked = { ...definition, executable: '/bin/true' };
    writeFileSync(file, renderUnit(checked));
    const scope = definition.scope === 'user' ? ['--user'] : [];
    const result = spawnSync('systemd-analyze', [...scope, 'verify', file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    });
    // It exits with 0 even for keys that it does not know: its silence is what counts.
    t.equal(result.stdout + result.stderr, '');
    t.equal(result.status, 0);
  });

  t.test(`${name} is rated well by systemd-analyze security`, { skip }, async (t) => {
    const folder = t.testdir({});
    const file = join(folder, unitName(definition.instance));
    writeFileSync(file, renderUnit({ ...definition, executable: '/bin/true' }));
    const scope = definition.scope === 'user' ? ['--user'] : [];
    const result = spawnSync('systemd-analyze', [...scope, 'security', '--offline=yes', '--no-pager', file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    });
    const score = Number(/exposure level for \S+: ([\d.]+)/.exec(result.stdout)?.[1]);
    // Offline, systemd 252 counts 0.2 more than live, where the limits are 1.4 and 1.8 (see test/systemd).
    t.ok(score <= (definition.scope === 'user' ? 2.1 : 1.6), `exposure ${score}`);
  });
}

t.test('the manager waits longer for a stop than all our own time-outs take together', async (t) => {
  t.match(renderUnit(linuxSystem), /^TimeoutStopSec=57\.5$/m);
  t.match(renderUnit({ ...linuxSystem, stopTimeoutMs: 60_000 }), /^TimeoutStopSec=112\.5$/m);
});

t.test('a line break in a path is refused', async (t) => {
  t.throws(() => renderUnit({ ...linuxSystem, configFile: '/etc/a\nExecStart=/bin/evil' }), { code: 'INPUT_INVALID' });
  t.throws(() => renderUnit({ ...linuxSystem, environment: { A: 'b\nc' } }), { code: 'INPUT_INVALID' });
});

t.test('no value can reach the comment lines as a line of its own', async (t) => {
  t.throws(() => renderUnit({ ...linuxSystem, configFile: '/etc/a\rUser=root' }), { code: 'INPUT_INVALID' });
});
