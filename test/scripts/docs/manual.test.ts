// The manual pages are what the tables say, and roff reads them without a complaint.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { renderCommandManual } from '../../../scripts/docs/command-manual.ts';
import { renderConfigManual } from '../../../scripts/docs/configuration-manual.ts';
import { safe } from '../../../scripts/docs/roff.ts';
import { VERSION } from '../../../src/base/version.ts';
import { COMMANDS } from '../../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../../src/cli/global-options.ts';
import { keyPaths } from '../../../src/config/key-names.ts';

const folder = fileURLToPath(new URL('../../../docs/man/', import.meta.url));
const HOW = 'npm run docs';

t.test('docs/man is up to date', async (t) => {
  const facts = { entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION };
  t.equal(readFileSync(`${folder}pearlctl.1`, 'utf8'), await renderCommandManual(facts), HOW);
  t.equal(readFileSync(`${folder}pearlctl.ini.5`, 'utf8'), renderConfigManual(VERSION), HOW);
});

t.test('every command, flag and key has its place', async (t) => {
  const commands = await renderCommandManual({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION });
  for (const { name, hidden } of COMMANDS) {
    const heading = `.SS "pearlctl ${safe(name)}`;
    t.equal(
      commands.split('\n').some((line) => line === `${heading}"` || line.startsWith(`${heading} `)),
      !hidden,
      name,
    );
  }
  const keys = renderConfigManual(VERSION).match(/^\.B \S+/gm) ?? [];
  for (const path of keyPaths()) {
    const key = path.slice(path.lastIndexOf('.') + 1);
    t.ok(
      keys.some((line) => line.replace('[]', '') === `.B ${safe(key)}`),
      path,
    );
  }
});

const groff = spawnSync('groff', ['--version']).status === 0 ? false : 'groff is not installed';

t.test('roff has no warning about them', { skip: groff }, async (t) => {
  for (const name of ['pearlctl.1', 'pearlctl.ini.5']) {
    const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', `${folder}${name}`], {
      encoding: 'utf8',
    });
    t.same({ status, stderr }, { status: 0, stderr: '' }, name);
  }
});

t.test('no text becomes an instruction of roff', async (t) => {
  t.equal(safe('.SH trap'), '\\&.SH trap');
  t.equal(safe("'quoted"), "\\&'quoted");
  t.equal(safe('a\\b --c'), 'a\\eb \\-\\-c');
});
