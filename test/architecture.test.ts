import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const RECORD = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');

/** Rooms of `src` (`errors.ts`, `gateway`) by their row in the list of the design of record, counted from the top. */
function rowsOfRooms(): Map<string, number> {
  const list = RECORD.slice(RECORD.indexOf('| folder | owns |'), RECORD.indexOf('Imports point down this list'));
  const rows = new Map<string, number>();
  for (const [row, line] of list.split('\n').entries()) {
    const [, folders = ''] = line.split('|');
    for (const [, room = ''] of folders.matchAll(/`src\/([\w.-]+)\/?`/g)) rows.set(room, row);
  }
  return rows;
}

function imports(): { file: string; from: string; to: string }[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    return [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+\.ts)'/g)].map(([, target = '']) => ({
      file,
      from: roomOf(file),
      to: roomOf(posix.join(posix.dirname(file), target)),
    }));
  });
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? '';
}

t.test('every room of src stands in the design of record, and imports point down its list', async (t) => {
  const rows = rowsOfRooms();
  const rooms = readdirSync(join(ROOT, 'src'));
  t.same(
    rooms.filter((room) => !rows.has(room)),
    [],
    'rooms that the list does not name',
  );
  t.same(
    [...rows.keys()].filter((room) => !rooms.includes(room)),
    [],
    'rooms of the list that are not there',
  );
  const all = imports();
  t.ok(all.length > 1000, `${all.length} imports were read`);
  const upwards = all.filter(({ from, to }) => (rows.get(to) ?? -1) < (rows.get(from) ?? -1));
  t.same(
    upwards.map(({ file, to }) => `${file} imports from ${to}`),
    [],
  );
});
