// The manual pages are what the tables say, and roff reads them without a complaint.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { renderCommandManuals } from '../../../scripts/docs/command-manual.ts';
import { renderConfigManual } from '../../../scripts/docs/configuration-manual.ts';
import { filled, safe } from '../../../scripts/docs/roff.ts';
import { VERSION } from '../../../src/base/version.ts';
import { COMMANDS } from '../../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../../src/cli/global-options.ts';
import { keyPaths } from '../../../src/config/key-names.ts';
import { CHECKS } from '../../../src/doctor/all-checks.ts';

const folder = fileURLToPath(new URL('../../../docs/man/', import.meta.url));
const HOW = 'npm run docs';

const manuals = await renderCommandManuals({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION });

t.test('docs/man is up to date', async (t) => {
  const expected = new Map([
    ...[...manuals].map(([name, text]) => [`${name}.1`, text] as const),
    ['pearlctl.ini.5', renderConfigManual(VERSION)],
  ]);
  t.same(readdirSync(folder).sort(), [...expected.keys()].sort(), HOW);
  for (const [name, text] of expected) t.equal(readFileSync(`${folder}${name}`, 'utf8'), text, `${name}: ${HOW}`);
});

t.test('every command, flag, check and key has its place', async (t) => {
  for (const { name } of COMMANDS) t.ok(manuals.has(`pearlctl-${name}`), name);
  for (const { id } of CHECKS) t.ok(manuals.get('pearlctl-doctor')?.includes(`.TP\n.B ${safe(id)}\n`), id);
  const keys = renderConfigManual(VERSION).match(/^\.B \S+/gm) ?? [];
  for (const path of keyPaths()) {
    const key = path.slice(path.lastIndexOf('.') + 1);
    t.ok(
      keys.some((line) => line.replace('[]', '') === `.B ${safe(key)}`),
      path,
    );
  }
});

const READERS = [
  { program: 'groff', args: ['-man', '-Tutf8', '-ww', '-z'] },
  { program: 'mandoc', args: ['-Tlint'] },
];

for (const { program, args } of READERS) {
  const missing = spawnSync(program, ['--version']).error !== undefined && `${program} is not installed`;
  t.test(`${program} has no warning about them`, { skip: missing }, async (t) => {
    const files = readdirSync(folder).map((name) => `${folder}${name}`);
    const { status, stdout, stderr } = spawnSync(program, [...args, ...files], { encoding: 'utf8' });
    t.same({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });
}

t.test('running text is cut into lines, and none of them becomes an instruction', async (t) => {
  const text = `${'word '.repeat(14)}.SH not one. Next`;
  t.equal(filled(text), `${'word '.repeat(14).trimEnd()} .SH not\none.\nNext`);
  t.equal(filled(`${'long '.repeat(16)}.SH`), `${'long '.repeat(16).trimEnd()}\n\\&.SH`);
});

t.test('no text becomes an instruction of roff', async (t) => {
  t.equal(safe('.SH trap'), '\\&.SH trap');
  t.equal(safe("'quoted"), "\\&'quoted");
  t.equal(safe('a\\b --c'), 'a\\eb \\-\\-c');
});
