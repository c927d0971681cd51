// The doctor's answer as text and as a document, held by golden files.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { CHECKS } from '../../src/doctor/all-checks.ts';
import type { Check } from '../../src/doctor/check.ts';
import { doctorModel, renderDoctor, renderList } from '../../src/doctor/doctor-report.ts';
import { type Finding, ok, problem, skipped, warning } from '../../src/doctor/finding.ts';

const check = (id: string, area: Check['area']): Check => ({
  id,
  area,
  question: `Is ${id} well`,
  run: async () => ok(''),
});
const examined = (list: readonly (readonly [string, Check['area'], Finding])[]) =>
  list.map(([id, area, finding]) => ({ check: check(id, area), finding, asUser: null, elapsedMs: 5 }));

const FACTS = { version: '1.2.3', scope: 'user', instance: null } as const;
const MIXED = examined([
  ['platform', 'Machine', ok('Debian 13, x64, services by systemd')],
  ['power', 'Machine', warning('on battery, 41 % left', 'Plug it in, or: pearlctl pause')],
  ['gateway-program', 'Mining', skipped('pearlctl has its own gateway')],
  [
    'ports',
    'Mining',
    problem(
      'gateway.port 8337 is taken by another program',
      "Who has it: ss -ltnp 'sport = :8337'. Or: pearlctl config set gateway.port 0",
    ),
  ],
]);

/** Compares with the golden file; UPDATE_GOLDEN=1 writes it. */
function golden(t: { equal(a: unknown, b: unknown, name: string): void }, name: string, text: string): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
  t.equal(text, readFileSync(file, 'utf8'), name);
}

t.test('the report at 80 and at 60 columns', async (t) => {
  const model = doctorModel(FACTS, MIXED);
  golden(t, 'mixed-80.txt', renderDoctor(model, { colour: false, width: 80 }));
  const narrow = renderDoctor(model, { colour: false, width: 60 });
  golden(t, 'mixed-60.txt', narrow);
  for (const line of narrow.split('\n')) t.ok(line.length <= 60, line);
});

t.test('a long address stands whole on a line of its own, and within 60 columns where it fits', async (t) => {
  const address = 'stratum+ssl://pool-with-a-long-name.example.com:3333';
  const fact = `${address}: reachable in 12 ms, mined at now`;
  const list = examined([
    ['pools', 'Mining', ok(fact)],
    ['upstream', 'Mining', problem(`the pool ${address} refuses us`, `pearlctl config set pool.url ${address}`)],
  ]);
  const text = renderDoctor(doctorModel(FACTS, list), { colour: false, width: 60 });
  golden(t, 'long-60.txt', text);
  for (const line of text.split('\n')) t.ok(line.length <= 60, line);
  t.equal(text.split(address).length, 4, 'whole each time');
  t.match(renderDoctor(doctorModel(FACTS, list), { colour: false, width: 120 }), `✓ pools            ${fact}\n`);
});

t.test('the document', async (t) => {
  golden(t, 'mixed.json', `${JSON.stringify(doctorModel(FACTS, MIXED), null, 2)}\n`);
});

t.test('the list of checks', async (t) => {
  golden(t, 'list.txt', renderList(CHECKS));
});

t.test('colour marks the state and changes no word', async (t) => {
  const model = doctorModel(FACTS, MIXED);
  const coloured = renderDoctor(model, { colour: true, width: 80 });
  t.match(coloured, '\u001b[31m✗\u001b[0m');
  t.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), renderDoctor(model, { colour: false, width: 80 }));
});

t.test('the last sentence is the truth about all of it', async (t) => {
  const last = (...list: Finding[]) => {
    const model = doctorModel(
      { ...FACTS, instance: 'two' },
      examined(list.map((finding) => ['x', 'Machine', finding])),
    );
    return renderDoctor(model, { colour: false, width: 100 }).trimEnd().split('\n').at(-1);
  };
  t.equal(last(ok('a')), 'Nothing is wrong (user scope, instance two).');
  t.equal(last(ok('a'), skipped('b')), 'Nothing is wrong (user scope, instance two; 1 not looked at).');
  t.equal(last(problem('a', 'b'), warning('a', 'b')), '1 problem, 1 warning (user scope, instance two).');
});

t.test('what was asked as the service’s account says so', async (t) => {
  const [theirs] = examined([['disk', 'Machine', ok('2 GiB free')]]);
  if (theirs === undefined) throw new Error('nothing examined');
  const model = doctorModel({ ...FACTS, scope: 'system' }, [{ ...theirs, asUser: 'pearlctl' }]);
  t.match(renderDoctor(model, { colour: false, width: 80 }), /✓ disk +2 GiB free \(asked as pearlctl\)\n/);
  t.match(model.checks, [{ id: 'disk', asUser: 'pearlctl' }]);
});
