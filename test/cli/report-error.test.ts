import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { asFix, fix, fixCommand, fixText, pearlctl } from '../../src/base/fix.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { instanceFlagsOf, renderError } from '../../src/cli/report-error.ts';
import { runCli } from './run-cli.ts';

t.test('the instance is read off a command line however it is spelled, and nothing else is', async (t) => {
  t.match(instanceFlagsOf(['start', '--instance', 'b', '--scope=user']), { instance: 'b', scope: 'user' });
  t.match(instanceFlagsOf(['start', '--config=/x.ini', '--nonsense']), { config: '/x.ini' });
  t.match(instanceFlagsOf(['start', '--config=/a=b.ini']), { config: '/a=b.ini' });
  t.match(instanceFlagsOf(['start', '--scope', 'galaxy']), { scope: undefined, instance: undefined });
  t.match(instanceFlagsOf(['start', '--instance']), { instance: undefined });
});

t.test('an error in JSON has the command that a program can run', async (t) => {
  const error = new PearlError('NOT_RUNNING', 'it is down', { hint: fix`Start it: ${pearlctl('start')}` });
  const command = ['pearlctl', 'start', '--instance', 'b'];
  t.same(JSON.parse(renderError(error, true, { instance: 'b' })).error, {
    code: 'NOT_RUNNING',
    message: 'It is down.',
    hint: 'Start it: pearlctl start --instance b',
    command,
  });
  t.equal(renderError(error, false), 'pearlctl: It is down.\n  Start it: pearlctl start\n');
  t.match(JSON.parse(renderError(new PearlError('USAGE', 'no'), true)).error, { hint: null, command: null });
});

t.test('every command takes the flags where a fix puts them', async (t) => {
  const needed: Record<string, string[]> = {
    attach: ['--gateway-url', 'http://127.0.0.1:1'],
    config: ['validate'],
    completion: ['bash'],
    render: ['systemd'],
  };
  const flags = { instance: 'b', scope: 'user', config: '/x.ini' } as const;
  for (const entry of COMMANDS) {
    const words = fixCommand(asFix(pearlctl(entry.name, ...(needed[entry.name] ?? []))), flags) ?? [];
    const { command } = await entry.load();
    t.match(parseArguments(entry, command, words.slice(2)), flags, words.join(' '));
  }
});

t.test('each fix in the source names a command that there is, and no prose does instead', async (t) => {
  const src = join(import.meta.dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const verbs = new Set(COMMANDS.map(({ name }) => name));
  let count = 0;
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, verb = ''] of text.matchAll(/\b(?:sudoP|p)earlctl(?:ByHand)?\('([^']*)'/g)) {
      t.ok(verbs.has(verb), `${file}: ${verb}`);
      count += 1;
    }
    for (const [line, verb = ''] of text.matchAll(/(?:hint|fix): ['`][^'`\n]*\bpearlctl ([a-z-]+)/g)) {
      t.notOk(verbs.has(verb), `${file}: ${line}`);
    }
  }
  t.ok(count > 50, `${count} fixes were looked at`);
});

t.test('what changes the machine’s instance is advised with sudo, and what only looks is not', async (t) => {
  const looks = 'demo render status list doctor logs pools metrics completion bench verify self-test'.split(' ');
  for (const { name, group } of COMMANDS) {
    if (group === 'Parts') continue;
    const [first] = fixText(asFix(pearlctl(name)), { asRoot: true }).split(' ');
    t.equal(first, looks.includes(name) ? 'pearlctl' : 'sudo', name);
  }
});

t.test('errors, status and doctor of another instance name it in what they tell to type', async (t) => {
  const home = t.testdir();
  const command = ['pearlctl', 'init', '--instance', 'b'];
  const { stdout } = await runCli(['status', '--instance', 'b', '--json'], { home });
  t.match(JSON.parse(stdout).health[0], { fix: 'pearlctl init --instance b', command });
  const { stderr } = await runCli(['run', '--instance=b', '--json'], { home });
  t.match(JSON.parse(stderr).error, { hint: /pearlctl init --instance b\b/, command });
  const doctor = await runCli(['doctor', 'configuration', '--instance', 'b', '--json'], { home });
  t.match(JSON.parse(doctor.stdout).checks[0], { fix: /pearlctl init --instance b\b/, command });
});
