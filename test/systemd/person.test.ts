// A new user's first hour, at a terminal of a machine with a real systemd: no step needs a document, since what each command
// says names the next one. What the person reads at each step is asserted on its key lines.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { Person } from './person.ts';
import { PRODUCT, statusOf } from './product.ts';

t.setTimeout(500_000);
const UID = 4713;
const ENTER = '\r';
const UP = '\u001b[A';
const DOWN = '\u001b[B';

t.test('a new user comes from nothing to mining and back', { skip: whyNoBox(), timeout: 500_000 }, async (t) => {
  const box = await Box.create({ ...PRODUCT, ...Person.seed });
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['useradd', '--create-home', '--uid', String(UID), 'alice']);
  const alice = await Person.login(box, 'alice', UID);
  /** Types a command, answers its questions, and expects to read each of these. */
  const step = (
    words: string[],
    expected: { code?: number; reads: (RegExp | string)[]; answers?: [wait: string, keys: string][] },
  ) =>
    t.test(`pearlctl ${words.join(' ')}`.trim(), async (t) => {
      const { code, shown } = await alice.types(words, expected.answers);
      t.equal(code, expected.code ?? 0, shown);
      for (const text of expected.reads) t.match(shown, text);
      t.notMatch(shown, /docs\/(?!configuration)|https:/, 'sends no reader to a document');
      t.notMatch(shown, /^ +at .*:\d+:\d+\)?$/m, 'no stack trace');
    });
  const mining = (what: string) =>
    until(what, async () => {
      const now = await statusOf((command) => alice.runs(command));
      return now.state === 'running' && now.job !== null;
    });

  // Nothing is here yet: whatever is typed first leads to `init`.
  await step([], { reads: [/pearlctl init +answer a few questions/, /pearlctl install/, /pearlctl status/] });
  await step(['status'], { code: 4, reads: ['not configured', '→ pearlctl init'] });
  await step(['install'], { code: 78, reads: ['Make one with: pearlctl init'] });
  await step(['run'], { code: 78, reads: ['Make one with: pearlctl init'] });

  await step(['init'], {
    answers: [
      ['Which network?', UP + ENTER],
      ['Make up an address?', ENTER],
      ['How much of the machine?', DOWN + DOWN + ENTER],
      ['Measure the rate, income and power', ENTER],
      ['Write this?', ENTER],
    ],
    reads: [
      'its coins are worth nothing',
      /MAC\/s \(± \d+ % over three runs\), kernel \w+, 1 thread/,
      'A block about every 2 s',
      / W more, | does not tell | root alone | mains power/,
      /Written: \/home\/alice\/\.config\/pearlctl\/pearlctl\.ini/,
      /Next: pearlctl run .*pearlctl install/,
    ],
  });
  await step(['status'], { code: 3, reads: [/○ pearlctl: (configured|stopped)/, 'not installed as a service'] });
  await step(['logs'], { code: 1, reads: ['There is no log yet', 'See: pearlctl status'] });

  await step(['install', '--dry-run'], {
    reads: ['runs as   alice', 'enable-linger alice', /undo +pearlctl uninstall/],
  });
  await step(['install'], {
    answers: [['Do this? [y/N]', `n${ENTER}`]],
    reads: ['Nothing was changed.'],
  });
  await step(['install'], {
    answers: [['Do this? [y/N]', `y${ENTER}`]],
    reads: [
      /starts +at boot, and stays when you log out/,
      '✔ loaded  ✔ alive  ✔ ready  ✔ has work',
      'See: pearlctl status, pearlctl logs -f',
    ],
  });
  await mining('it to mine');
  await step(['status'], {
    reads: [
      /● pearlctl: running for/,
      'user scope, systemd, starts at boot',
      /Shares: +\d+ accepted/,
      /worth nothing|devnet/,
    ],
  });
  await step(['logs'], {
    reads: [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ info +systemd: Start/m, 'ready: gateway and miner are up'],
  });
  await step(['logs', '--child', 'gateway', '-n', '1'], { reads: [/^.* gateway: .*\n+$/] });
  await step(['logs', '--level', 'error'], { reads: ['The log has no such lines.'] });
  await step(['logs', '--since', 'soon'], { code: 2, reads: ['--since 2h'] });
  await step(['doctor'], {
    reads: [
      '✓ processor',
      '✓ service',
      /✓ boot +starts at boot/,
      /✓ hardening +exposure [01]\.\d of 10/,
      '✓ upstream',
      /^0 problems/m,
    ],
  });

  await step(['pause'], { reads: ['Go on with: pearlctl resume'] });
  await step(['resume'], { reads: ['The pause is over.'] });
  await step(['stop'], { reads: ['Go on with: pearlctl start'] });
  await step(['status'], { code: 3, reads: ['○ pearlctl: stopped'] });
  await step(['start'], { reads: ['It mines'] });
  await step(['config', 'set', 'miner.threads', 'many'], { code: 78, reads: ['threads must be'] });
  await step(['config', 'set', 'miner.threads', '50%'], {
    reads: [/- threads = 1\n.*\+ threads = 50%/, 'with: pearlctl reload'],
  });
  await step(['reload'], { reads: ['in force'] });
  await step(['init', '--network', 'devnet', '--threads', '1', '--no-calibrate'], {
    answers: [
      [', as now?', ENTER],
      ['Write this?', ENTER],
    ],
    reads: ['[miner] threads: 50% → 1', 'Next: pearlctl reload'],
  });

  await step(['uninstall'], {
    answers: [['Do this? [y/N]', `y${ENTER}`]],
    reads: ['Stays: /home/alice/.config/pearlctl/pearlctl.ini', 'It is gone.', 'pearlctl uninstall --purge'],
  });
  await step(['uninstall', '--purge'], { answers: [['Do this? [y/N]', `y${ENTER}`]], reads: ['It is gone.\n'] });
  await step(['status'], { code: 4, reads: ['not configured'] });
  await t.test('nothing of it is left in her home', async (t) => {
    const left = await box.run(['find', '/home/alice', '-iname', '*pearl*']);
    t.equal(left, '');
    t.equal(await box.run(['ls', '/var/lib/systemd/linger']), '');
  });
});
