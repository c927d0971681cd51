import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  addEntry,
  formatManifest,
  type Manifest,
  parseManifest,
  readManifest,
  writeManifest,
} from '../../src/service/manifest.ts';

const uid = process.getuid?.() ?? 0;
const manifest: Manifest = {
  schema: 1,
  version: '1.2.3',
  scope: 'user',
  instance: null,
  manager: 'systemd',
  definition_file: '/home/ada/.config/systemd/user/pearlctl.service',
  runtime_root: '/home/ada/.local/share/pearlctl',
  updated_at: '2026-01-01T00:00:00.000Z',
  complete: true,
  installed: true,
  entries: [{ kind: 'folder', path: '/home/ada/x', existed: false }],
};

t.test('a manifest comes back as it was written, for its owner alone', async (t) => {
  const file = join(t.testdir({}), 'manifest.json');
  t.equal(readManifest(file, uid), null);
  writeManifest(file, manifest);
  t.same(readManifest(file, uid), manifest);
});

t.test('what is no manifest is none', async (t) => {
  for (const text of ['', '{', '[]', 'null', '{"schema":2}', formatManifest(manifest).slice(0, -20)]) {
    t.equal(parseManifest(text), null);
  }
  const relative = { ...manifest, entries: [{ kind: 'runtime', path: '../../etc' }] };
  t.equal(parseManifest(JSON.stringify(relative)), null, 'every path is absolute');
  const option = { ...manifest, entries: [{ kind: 'account', name: '--remove', existed: false }] };
  t.equal(parseManifest(JSON.stringify(option)), null, 'no name is an option');
});

t.test('a manifest that others could have written is refused: uninstall deletes what it names', async (t) => {
  const file = join(t.testdir({}), 'manifest.json');
  writeFileSync(file, formatManifest(manifest));
  chmodSync(file, 0o666);
  t.throws(() => readManifest(file, uid), { code: 'SERVICE_CONFLICT' });
});

t.test('only the first install saw the machine without us', async (t) => {
  const again = addEntry(manifest, { kind: 'folder', path: '/home/ada/x', existed: true });
  t.same(again.entries, manifest.entries);
  const first = addEntry(manifest, { kind: 'file', path: '/a', existed: false, sha256: '0'.repeat(64) });
  const second = addEntry(first, { kind: 'file', path: '/a', existed: true, sha256: '1'.repeat(64) });
  t.same(second.entries.at(-1), { kind: 'file', path: '/a', existed: false, sha256: '1'.repeat(64) });
});

t.test('the record of an earlier version is read, with every kind of entry that it may hold', async (t) => {
  const hash = 'a'.repeat(64);
  const text = `{
    "schema": 1, "version": "0.1.0", "scope": "system", "instance": null, "manager": "systemd",
    "definition_file": "/etc/systemd/system/pearlctl.service", "runtime_root": "/usr/local/lib/pearlctl",
    "updated_at": "2026-01-01T00:00:00.000Z", "complete": true, "installed": true,
    "entries": [
      { "kind": "account", "name": "pearlctl", "existed": false },
      { "kind": "folder", "path": "/usr/local/lib/pearlctl", "existed": false },
      { "kind": "access", "path": "/etc/pearlctl/pearlctl.ini", "uid": 0, "gid": 0, "mode": 384 },
      { "kind": "file", "path": "/etc/pearlctl/credentials/pool-password", "existed": false, "sha256": "${hash}" },
      { "kind": "linger", "user": "ada", "existed": false },
      { "kind": "runtime", "path": "/usr/local/lib/pearlctl/0.1.0" },
      { "kind": "link", "path": "/usr/local/lib/pearlctl/current" },
      { "kind": "enabled", "existed": true }
    ]
  }`;
  t.same(parseManifest(text), JSON.parse(text));
});
