// The scripts, run by the shells that they are for: what is offered at each place of a command line.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { COMMANDS } from '../../../src/cli/command-table.ts';
import { keyChoices, keyPaths, knownKey, splitPath } from '../../../src/config/key-names.ts';
import { CHECKS } from '../../../src/doctor/all-checks.ts';
import { NETWORKS } from '../../../src/protocol/networks.ts';
import { runCli } from '../run-cli.ts';

const commandNames = COMMANDS.map(({ name }) => name);

const ZSH_OFFERS = fileURLToPath(new URL('../../fixtures/zsh/offers.zsh', import.meta.url));

function whyNot(shell: string): string | false {
  return spawnSync(shell, ['-c', 'true']).status === 0 ? false : `${shell} is not installed`;
}

async function scriptFor(t: Test, shell: string): Promise<string> {
  const home = t.testdir();
  const { code, stdout, stderr } = await runCli(['completion', shell], { home });
  t.same({ code, stderr }, { code: 0, stderr: '' });
  const file = join(home, `completion.${shell}`);
  writeFileSync(file, stdout);
  // The second is no name of an instance; the fourth is no folder.
  for (const name of ['second', '$(touch evil)', 'third']) {
    mkdirSync(join(home, '.config', `pearlctl-${name}`), { recursive: true });
  }
  writeFileSync(join(home, '.config', 'pearlctl-file'), '');
  return file;
}

/** What a shell offers for the words so far, the last of which is being typed. */
type Offer = (words: readonly string[]) => string[];

function checkOffers(t: Test, offer: Offer): void {
  t.same(
    offer([''])
      .filter((word) => commandNames.includes(word))
      .sort(),
    [...commandNames].sort(),
    'every command',
  );
  t.same(offer(['sta']).sort(), commandNames.filter((name) => name.startsWith('sta')).sort());
  t.same(offer(['status', '--sc']), ['--scope']);
  t.same(offer(['status', '--scope', '']).sort(), ['system', 'user']);
  t.same(offer(['status', '--scope', 'user', '--js']), ['--json'], 'a value is no place');
  t.same(offer(['config', 'sho']), ['show']);
  t.same(
    offer(['config', 'get', 'miner.t']),
    keyPaths().filter((key) => key.startsWith('miner.t')),
  );
  t.same(
    offer(['doctor', 'wallet', 'pool']),
    CHECKS.map(({ id }) => id).filter((id) => id.startsWith('pool')),
  );
  t.same(offer(['status', '--instance', 'sec']), ['second'], 'an instance that there is now');
  t.same(
    offer(['status', '--instance', ''])
      .filter((name) => /^[a-z0-9-]+$/.test(name))
      .sort(),
    ['second', 'third'],
    'and no other',
  );
  t.same(offer(['status', '--field', 'shares.acc']), ['shares.accepted']);
  t.same(offer(['logs', '--child', 'mi']), ['miner']);
  t.same(offer(['init', '--network', 'main']), ['mainnet']);
  t.ok(offer(['bench', '--kernel', '']).includes('scalar'), 'the kernels of this machine');
  t.same(offer(['status', '--no-such']), []);
  t.same(offer(['config', 'set', 'network', '']).sort(), [...NETWORKS].sort(), 'the values of a key');
  t.same(offer(['config', 'set', '--scope', 'user', 'gateway.dashboard', '']).sort(), ['off', 'on']);
  t.same(offer(['config', 'set', 'shape.preset', 'l']).sort(), ['large', 'light']);
  t.same(offer(['config', 'set', 'miner.threads', 'a']), ['auto']);
  t.same(offer(['config', 'set', 'service.cpu_weight', '']), ['idle']);
  for (const nothing of [
    ['config', 'get', 'network', ''],
    ['config', 'set', 'network', 'mainnet', ''],
    ['config', 'set', 'miner.worker', ''],
  ]) {
    t.same(offer(nothing), [], nothing.join(' '));
  }
}

t.test('every word that is offered for a key is one that it takes', async (t) => {
  const choices = keyChoices();
  for (const [path, words] of choices) {
    const { section, key } = splitPath(path);
    for (const word of words) t.not(knownKey(section, key).kind.read(word), undefined, `${path} ${word}`);
  }
  for (const path of ['network', 'gateway.kind', 'gateway.dashboard', 'logs.level', 'supervisor.miner.restart']) {
    t.ok(choices.has(path), path);
  }
});

t.test('bash offers commands, flags, values, keys and checks', { skip: whyNot('bash') }, async (t) => {
  const file = await scriptFor(t, 'bash');
  const offer: Offer = (words) => {
    const line = ['pearlctl', ...words];
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pearlctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program, 'test', file, ...line], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: dirname(file) },
      cwd: dirname(file),
    });
    t.equal(stderr, '', words.join(' '));
    return stdout.split('\n').filter(Boolean);
  };
  checkOffers(t, offer);
  t.same(offer(['status', '--scope', '=', 'sy']), ['system'], 'with the = that bash takes for a word');
  t.same(offer(['status', '--scope', '=']).sort(), ['system', 'user']);
  t.ok(offer(['status', '--config', '/et']).includes('/etc'), 'a file');
  t.notOk(existsSync(join(dirname(file), 'evil')), 'a name is never run');
});

t.test('fish offers the same', { skip: whyNot('fish') }, async (t) => {
  const file = await scriptFor(t, 'fish');
  checkOffers(t, (words) => {
    const line = ['pearlctl', ...words].join(' ');
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: dirname(file) },
    });
    t.equal(stderr, '', line);
    return stdout
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter(Boolean);
  });
});

t.test('zsh offers the same, also where it is loaded from a folder', { skip: whyNot('zsh') }, async (t) => {
  const file = await scriptFor(t, 'zsh');
  t.match(spawnSync('zsh', ['-n', file], { encoding: 'utf8' }), { status: 0, stderr: '' });
  checkOffers(t, (words) => {
    const line = ['pearlctl', ...words].join(' ');
    const { stdout, stderr, status } = spawnSync('zsh', ['-f', ZSH_OFFERS, file, line], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: dirname(file), TERM: 'xterm' },
      timeout: 60_000,
    });
    t.same({ stderr, status }, { stderr: '', status: 0 }, line);
    return stdout.split('\n').filter(Boolean);
  });
  copyFileSync(file, join(dirname(file), '_pearlctl'));
  const program = 'fpath=("$1" $fpath); autoload -U compinit; compinit -D -u; print -r -- "$_comps[pearlctl]"';
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', program, 'test', dirname(file)], { encoding: 'utf8' });
  t.match({ stdout, stderr }, { stdout: '_pearlctl\n', stderr: '' });
});

t.test('another shell is a usage error that names those there are', async (t) => {
  const home = t.testdir();
  t.match(await runCli(['completion', 'tcsh'], { home }), { code: 2, stderr: /bash, zsh, fish/ });
  t.match(await runCli(['completion'], { home }), { code: 2, stderr: /bash, zsh, fish/ });
});
