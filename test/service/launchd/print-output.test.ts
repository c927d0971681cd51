import t from 'tap';
import { launchctlError } from '../../../src/service/launchd/codes.ts';
import { isDisabled, parsePrint } from '../../../src/service/launchd/print-output.ts';

t.test('only the top level counts: nested blocks repeat names', async (t) => {
  const text = [
    'gui/501/org.pearlctl.supervisor = {',
    '\tstate = running',
    '\tspawn type = daemon (3)',
    '\tendpoints = {',
    '\t\tstate = active',
    '\t\tpid = 99',
    '\t}',
    '\truns = 3',
    '\tpid = 4711',
    '\tlast exit code = 78: EX_CONFIG',
    '}',
  ].join('\n');
  t.same(parsePrint(text), { active: 'active', pid: 4711, lastExit: { code: 78, signal: null }, restarts: 2 });
});

t.test('the states of a job', async (t) => {
  const state = (word: string, exit = '(never exited)') =>
    parsePrint(`x = {\n\tstate = ${word}\n\tlast exit code = ${exit}\n}`).active;
  t.equal(state('running'), 'active');
  t.equal(state('spawn scheduled'), 'activating');
  t.equal(state('SIGTERMed'), 'deactivating');
  t.equal(state('not running'), 'inactive');
  t.equal(state('not running', '0'), 'inactive');
  t.equal(state('not running', '69'), 'failed');
  t.match(parsePrint('x = {\n\tlast terminating signal = Killed: 9\n}'), {
    active: 'failed',
    lastExit: { signal: 'signal 9' },
  });
  t.same(parsePrint(''), { active: 'inactive', pid: null, lastExit: null, restarts: 0 });
});

t.test('a disabled mark is read in both of its spellings, for this label alone', async (t) => {
  for (const word of ['disabled', 'true']) {
    t.ok(isDisabled(`\tdisabled services = {\n\t\t"org.a" => ${word}\n\t}`, 'org.a'));
    t.notOk(isDisabled(`\t\t"org.a.b" => ${word}`, 'org.a'));
  }
  t.notOk(isDisabled('\t\t"org.a" => enabled\n\t\t"org.b" => true', 'org.a'));
});

t.test('each code that people meet has a cause and a remedy', async (t) => {
  for (const code of [2, 109, 111, 112, 119, 122, 124, 125, 134, 155, 161]) {
    const error = launchctlError('load it', code);
    t.ok(error.hint && !error.message.includes(`code ${code}`), error.message);
  }
  t.match(launchctlError('load it', 99), { code: 'SERVICE_FAILED', message: /code 99/, hint: /launchctl error 99/ });
});
