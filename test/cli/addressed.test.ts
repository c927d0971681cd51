import t from 'tap';
import { addressed, placeOf } from '../../src/cli/addressed.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { findHot } from '../../src/cli/hot.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { runCli } from './run-cli.ts';

t.test('each command that a hint names gets the flags of the instance, and prose does not', async (t) => {
  const place = { instance: 'garage' };
  t.equal(addressed('pearlctl start', place), 'pearlctl start --instance garage');
  t.equal(
    addressed('Run `pearlctl pause`, then pearlctl resume.', place),
    'Run `pearlctl pause --instance garage`, then pearlctl resume --instance garage.',
  );
  t.equal(
    addressed('pearlctl config set gateway.port 0', place),
    'pearlctl config --instance garage set gateway.port 0',
  );
  t.equal(addressed('sudo pearlctl init', { scope: 'system' }), 'sudo pearlctl init --scope system');
  const prose = 'pearlctl runs as root, and pearlctl is there';
  t.equal(addressed(prose, place), prose);
  t.equal(addressed('pearlctl start', {}), 'pearlctl start');
});

t.test('what a hint says already is not said again, and a path is one word', async (t) => {
  const text = 'sudo pearlctl init --scope system';
  t.equal(addressed(text, { scope: 'user', instance: 'b' }), 'sudo pearlctl init --instance b --scope system');
  t.equal(addressed('pearlctl run', { config: "/a b/it's.ini" }), `pearlctl run --config '/a b/it'\\''s.ini'`);
});

t.test('the place is read off a command line however it is spelled, and nothing else is', async (t) => {
  t.match(placeOf(['start', '--instance', 'b', '--scope=user']), { instance: 'b', scope: 'user' });
  t.match(placeOf(['start', '--config=/x.ini', '--nonsense']), { config: '/x.ini' });
  t.match(placeOf(['start', '--scope', 'galaxy']), { scope: undefined, instance: undefined, config: undefined });
  t.match(placeOf(['start', '--instance']), { instance: undefined });
});

t.test('every command takes the flags where they are put', async (t) => {
  const needed: Record<string, string> = {
    attach: ' --gateway-url http://127.0.0.1:1',
    config: ' validate',
    completion: ' bash',
    render: ' systemd',
  };
  for (const entry of COMMANDS) {
    const line = addressed(`pearlctl ${entry.name}`, { instance: 'b', scope: 'user', config: '/x.ini' });
    const words = `${line}${needed[entry.name] ?? ''}`.split(' ').slice(1);
    const { command } = await entry.load();
    const args = findHot(words)?.args ?? parseArguments(entry, command, words.slice(1));
    t.match(args, { instance: 'b', scope: 'user', config: '/x.ini' }, line);
  }
});

t.test('errors, status and doctor of another instance name it in what they tell to type', async (t) => {
  const home = t.testdir();
  const { stdout } = await runCli(['status', '--instance', 'b', '--json'], { home });
  t.equal(JSON.parse(stdout).health[0].fix, 'pearlctl init --instance b');
  const { stderr } = await runCli(['run', '--instance=b'], { home });
  t.match(stderr, /pearlctl init --instance b\b/);
  const doctor = await runCli(['doctor', 'configuration', '--instance', 'b'], { home });
  t.match(doctor.stdout, /pearlctl init --instance b\b/);
});
