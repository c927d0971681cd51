// Writing a configuration: owner, mode and links stay, and a broken file is mended step by step.
import { chmodSync, chownSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DEVNET } from '../../doctor/stage.ts';
import { runCli } from '../run-cli.ts';

t.test('a link stays a link, and what it leads to changes', async (t) => {
  const home = t.testdir();
  writeFileSync(join(home, 'dotfile.ini'), DEVNET, { mode: 0o600 });
  symlinkSync('dotfile.ini', join(home, 'pearlctl.ini'));
  t.equal((await runCli(['config', 'set', 'miner.worker', 'desk'], { home })).code, 0);
  t.ok(lstatSync(join(home, 'pearlctl.ini')).isSymbolicLink());
  t.match(readFileSync(join(home, 'dotfile.ini'), 'utf8'), 'worker = desk');
});

t.test(
  'what root edits under sudo stays its owner’s',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async (t) => {
    const home = t.testdir();
    chmodSync(home, 0o755);
    const path = join(home, 'pearlctl.ini');
    writeFileSync(path, DEVNET, { mode: 0o600 });
    chownSync(path, 12345, 23456);
    t.equal((await runCli(['config', 'set', 'miner.worker', 'desk'], { home, env: { SUDO_UID: '12345' } })).code, 0);
    t.match(statSync(path), { uid: 12345, gid: 23456 });
    t.match(readFileSync(path, 'utf8'), 'worker = desk');
  },
);

t.test('a broken file is mended step by step; what is still wrong is said', async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  writeFileSync(path, `${DEVNET}[logs]\nlevel = loud\nfiles = 0\n`, { mode: 0o600 });
  const all = await runCli(['config', 'validate', '--json'], { home });
  t.equal(all.code, 78);
  t.match(JSON.parse(all.stdout), {
    schemaVersion: 1,
    valid: false,
    problems: [{ key: 'logs.level' }, { key: 'logs.files' }],
  });
  const first = await runCli(['config', 'set', 'logs.level', 'debug'], { home });
  t.match(first, { code: 0, stdout: /\+ level = debug/, stderr: /^Still wrong: .*line 9/ });
  const second = await runCli(['config', 'set', 'logs.files', '3', '--json'], { home });
  t.match(JSON.parse(second.stdout), { schemaVersion: 1, changed: true, changes: /\+ files = 3/, remaining: [] });
  t.match(await runCli(['config', 'validate'], { home }), { code: 0, stdout: /is fine/ });
});
