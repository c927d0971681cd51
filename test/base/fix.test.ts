import fc from 'fast-check';
import t from 'tap';
import {
  asFix,
  type Fix,
  fix,
  fixCommand,
  fixOf,
  fixText,
  mapFix,
  pearlctl,
  pearlctlByHand,
  readFix,
  sudoPearlctl,
} from '../../src/base/fix.ts';

t.test('each command of a fix gets the flags of the instance, and its prose does not', async (t) => {
  const flags = { instance: 'garage' };
  t.equal(fixText(asFix(pearlctl('start')), flags), 'pearlctl start --instance garage');
  t.equal(
    fixText(fix`Run \`${pearlctl('pause')}\`, then ${pearlctl('resume')}.`, flags),
    'Run `pearlctl pause --instance garage`, then pearlctl resume --instance garage.',
  );
  t.equal(
    fixText(asFix(pearlctl('config', 'set', 'gateway.port', '0')), flags),
    'pearlctl config --instance garage set gateway.port 0',
  );
  t.equal(fixText(asFix(sudoPearlctl('init')), { scope: 'system' }), 'sudo pearlctl init --scope system');
  t.equal(fixText(asFix('pearlctl start is prose here'), flags), 'pearlctl start is prose here');
  t.equal(fixText(asFix(pearlctl('start'))), 'pearlctl start');
  const inner = fix`Take any free one: ${pearlctl('config', 'set', 'gateway.port', '0')}`;
  t.equal(fixText(fix`${inner}. Or stop it.`), 'Take any free one: pearlctl config set gateway.port 0. Or stop it.');
});

t.test('a flag that a command has already is not added, a help page needs none, and a path is one word', async (t) => {
  const flags = { scope: 'user', instance: 'b' } as const;
  t.equal(
    fixText(asFix(sudoPearlctl('init', '--scope', 'system')), flags),
    'sudo pearlctl init --instance b --scope system',
  );
  t.equal(fixText(asFix(pearlctl('logs', '--help')), flags), 'pearlctl logs --help');
  t.equal(fixText(asFix(pearlctl('run')), { config: "/a b/it's.ini" }), `pearlctl run --config '/a b/it'\\''s.ini'`);
});

t.test('a program gets the first command word by word, unless a person has to answer or to fill in', async (t) => {
  const flags = { config: '/a b.ini' };
  const two = fix`Try ${pearlctl('reload')}, or ${pearlctl('restart')}`;
  t.same(fixCommand(two, flags), ['pearlctl', 'reload', '--config', '/a b.ini']);
  t.same(fixCommand(asFix(sudoPearlctl('install'))), ['sudo', 'pearlctl', 'install']);
  t.equal(fixCommand(asFix(pearlctlByHand('config', 'edit'))), null);
  t.equal(fixCommand(asFix('Free some space.')), null);
});

const command = fc.record(
  { verb: fc.string(), args: fc.array(fc.string()), root: fc.boolean(), byHand: fc.boolean() },
  { requiredKeys: ['verb', 'args'] },
);
const anyFix: fc.Arbitrary<Fix> = fc.array(command, { maxLength: 3 }).chain((commands) =>
  fc.record({
    say: fc.array(fc.string(), { minLength: commands.length + 1, maxLength: commands.length + 1 }),
    commands: fc.constant(commands),
  }),
);

t.test('a fix survives JSON, and whatever else is there is no fix', async (t) => {
  fc.assert(fc.property(anyFix, (one) => t.same(readFix(JSON.parse(JSON.stringify(one))), one)));
  t.same(readFix('Wait.'), asFix('Wait.'));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readFix(value);
      if (read !== null) fixText(read);
    }),
  );
  for (const wrong of [
    null,
    1,
    {},
    { say: [], commands: [] },
    { say: ['a'], commands: [{ verb: 'x', args: [] }] },
    { say: ['a', 'b'], commands: [{ verb: 'x', args: 'y' }] },
    { say: ['a', 'b'], commands: [{ verb: 'x', args: [], root: 'yes' }] },
  ]) {
    t.equal(readFix(wrong), null, JSON.stringify(wrong));
  }
});

t.test('what was shown of a fix is read back as text and command', async (t) => {
  const flags = { scope: 'system', config: '/etc/p.ini' } as const;
  fc.assert(
    fc.property(anyFix, (one) => {
      const text = fixText(one, flags);
      const back = fixOf(text, fixCommand(one, flags));
      t.equal(fixText(back), text);
      if (one.commands[0]?.byHand !== true) t.same(fixCommand(back), fixCommand(one, flags));
    }),
  );
});

t.test('a change reaches every text of a fix', async (t) => {
  const secret = fix`Ask s3cret with ${pearlctl('config', 's3cret')}.`;
  t.notMatch(JSON.stringify(mapFix(secret, (text) => text.replaceAll('s3cret', '***'))), /s3cret/);
});
