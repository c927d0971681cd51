import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../../../src/service/run-program.ts';
import { openOffered, type Trust } from '../../../src/service/upgrade/offered-program.ts';
import { signer } from './signer.ts';

const INSECURE: Trust = { key: null, insecure: true };
const { publicKey, signatureOf } = signer();
const SIGNED: Trust = { key: publicKey, insecure: false };

/** A program so far as it is looked at here, and its archive. */
function release(home: string): { folder: string; archive: string } {
  const folder = join(home, 'pearlctl-9.1.0');
  mkdirSync(join(folder, 'templates', 'systemd'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"version":"9.1.0"}');
  const archive = join(home, 'pearlctl.tar.gz');
  spawnSync('tar', ['-czf', archive, '-C', home, 'pearlctl-9.1.0']);
  return { folder, archive };
}

const open = (source: string, trust: Trust) => openOffered(source, trust, runCommand);
// Not the folder in which other tests open archives at the same time.
process.env.TMPDIR = t.testdir();
const workshops = () => readdirSync(tmpdir()).filter((name) => name.startsWith('pearlctl-upgrade-'));

t.test('a signed archive is unpacked, and thrown away again', async (t) => {
  const { archive } = release(t.testdir());
  writeFileSync(`${archive}.minisig`, signatureOf(readFileSync(archive)));
  const offered = await open(archive, SIGNED);
  t.match(offered, { version: '9.1.0', trust: /^Signed with [0-9A-F]{16}: made by a test$/ });
  t.ok(existsSync(join(offered.folder, 'package.json')));
  t.equal(workshops().length, 1);
  offered.discard();
  t.notOk(existsSync(offered.folder));
});

t.test('what is not signed, or not as it is, is refused before it is unpacked, and leaves nothing', async (t) => {
  const { archive, folder } = release(t.testdir());
  const refused = (trust: Trust, message: RegExp) =>
    t.rejects(open(archive, trust), { code: 'UPGRADE_REFUSED', message });
  await refused(SIGNED, /minisig is not there/);
  await refused({ key: null, insecure: false }, /without the key/);
  writeFileSync(`${archive}.minisig`, signatureOf(Buffer.from('another file')));
  await refused(SIGNED, /not the one that was signed/);
  await refused({ key: signer().publicKey, insecure: false }, /is of the key/);
  await t.rejects(open(folder, SIGNED), { code: 'UPGRADE_REFUSED', message: /folder .* has no signature/ });
  t.match(await open(folder, INSECURE), { version: '9.1.0', trust: /its maker is not known/ });
  t.same(workshops(), []);
});

t.test('a list of checksums beside it has to agree, signed or not', async (t) => {
  const home = t.testdir();
  const { archive } = release(home);
  const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
  writeFileSync(join(home, 'SHA256SUMS'), `${digest}  pearlctl.tar.gz\n`);
  (await open(archive, INSECURE)).discard();
  writeFileSync(join(home, 'SHA256SUMS'), `${'0'.repeat(64)}  pearlctl.tar.gz\n`);
  await t.rejects(open(archive, INSECURE), { code: 'UPGRADE_REFUSED', message: /is not what .*SHA256SUMS says/ });
});

t.test('a version that is none is no name for a folder of root’s', async (t) => {
  const { folder } = release(t.testdir());
  for (const text of [
    '',
    '{"ver',
    'null',
    '{}',
    '{"version":7}',
    '{"version":"../../../etc"}',
    '{"version":"current"}',
  ]) {
    writeFileSync(join(folder, 'package.json'), text);
    await t.rejects(open(folder, INSECURE), { name: 'PearlError', message: /has no version/ }, text);
  }
  writeFileSync(join(folder, 'package.json'), '{"version":"9.1.0-rc.1+x"}');
  t.match(await open(folder, INSECURE), { version: '9.1.0-rc.1+x' });
});

t.test('what holds no program is told', async (t) => {
  const home = t.testdir({ empty: {}, text: 'hello' });
  const refused = (source: string, message: RegExp) =>
    t.rejects(open(join(home, source), INSECURE), { code: 'INPUT_INVALID', message });
  await refused('nothing', /is not there/);
  await refused('empty', /no pearlctl in/);
  await refused('text', /cannot be unpacked/);
});
