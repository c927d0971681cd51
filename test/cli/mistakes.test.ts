// What newcomers mistype: the exit code, the first line of the answer, and the hint, each as they are shown.
import { join } from 'node:path';
import t from 'tap';
import { exitCodeOf } from '../../src/base/errors.ts';
import { instanceFlagsOf, renderError } from '../../src/cli/report-error.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const wallet = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');
const typo = `${wallet.slice(0, -1)}${wallet.endsWith('q') ? 'p' : 'q'}`;
const POOL = 'stratum+tcp://a.example:1';

/** What is typed after `pearlctl`, the exit code, and what the two lines of the answer say. */
const MISTAKES: [typed: string, code: number, first: RegExp, hint: RegExp][] = [
  ['statsu', 2, /"statsu" is not a command\./, /Did you mean: pearlctl status/],
  ['frobnicate', 2, /"frobnicate" is not a command\./, /All commands: pearlctl --help/],
  ['update', 2, /"update" is not a command\./, /Did you mean: pearlctl upgrade/],
  ['benchmark', 2, /"benchmark" is not a command\./, /Did you mean: pearlctl bench/],
  ['setup', 2, /"setup" is not a command\./, /Did you mean: pearlctl init/],
  ['--json status', 2, /--json comes before any command\./, /The command comes first/],
  ['--version now', 2, /"now" does not go with --version\./, /pearlctl --version/],
  ['init -o suprnova', 2, /-o is not an option of init\./, /Did you mean: --pool/],
  ['init -u prl1p', 2, /-u is not an option of init\./, /Did you mean: --wallet/],
  ['init --walet x', 2, /--walet is not an option of init\./, /Did you mean: --wallet/],
  ['init --wallet', 2, /--wallet takes a value\./, /pearlctl init --help/],
  ['init --network moon --yes', 2, /--network takes one of mainnet, /, /pearlctl init --help/],
  ['init --network mainet --yes', 2, /--network takes one of mainnet, /, /Did you mean: --network mainnet$/],
  ['init', 2, /There is no terminal to ask questions on\./, /Answer by flags: pearlctl init --yes/],
  ['init --yes', 2, /No wallet was given\./, /Add --wallet ADDRESS/],
  [`init --yes --wallet ${wallet}`, 2, /No pool was given\./, /Add --pool NAME or --pool URL/],
  [`init --yes --wallet ${typo} --pool ${POOL}`, 78, /--wallet: .*checksum/, /./],
  [`init --yes --wallet ${wallet} --pool a.example:1`, 78, /--pool must/, /Did you mean: --pool stratum\+tcp:/],
  [`init --yes --wallet ${wallet} --pool suprnov`, 2, /suprnov/, /Did you mean suprnova\?/],
  [`init --yes --wallet ${wallet} --pool ${POOL} --network devnet`, 2, /--pool does not go with --network devnet/, /./],
  ['doctor foo', 2, /There is no check "foo"\./, /All checks: pearlctl doctor --list/],
  ['config set miner.treads 2', 78, /There is no configuration at/, /Make one with: pearlctl init/],
  ['config set miner.threads', 2, /The new value is missing\./, /pearlctl config set KEY VALUE/],
  ['config get', 2, /The key is missing\./, /pearlctl config get KEY/],
  ['config list', 2, /"list" is not one of show, get, set/, /Did you mean: pearlctl config show$/],
  ['config check', 2, /"check" is not one of show, get, set/, /Did you mean: pearlctl config validate$/],
  ['config validat', 2, /"validat" is not one of show, get, set/, /Did you mean: pearlctl config validate$/],
  ['config get threads', 78, /There is no key threads\./, /Did you mean miner\.threads\?/],
  ['config frobnicate', 2, /"frobnicate" is not one of show, get, set/, /See: pearlctl config --help/],
  ['config validate --config', 2, /--config takes a value\./, /See: pearlctl config --help/],
  ['config set miner.threads 1 miner.duty 50', 2, /"miner\.duty" is a key/, /pearlctl config set KEY=VALUE KEY=VALUE/],
  ['render launchd --scope system', 2, /does not run as root/, /^ *Name one: --service-user NAME\.$/],
  ['run', 78, /There is no configuration at/, /Make one with: pearlctl init/],
  ['run now', 2, /"now" is a word too many for run\./, /pearlctl run --help/],
  ['pause --for soon', 2, /--for/, /./],
  ['pause --for 1h --until 18:00', 2, /--until does not go with --for\./, /Leave one of them out\./],
  ['status --field stat', 2, /stat/, /Did you mean/],
  ['status --instance My_Rig', 2, /The name of an instance is 1 to 32/, /--instance second/],
  ['verify nothing-there.json', 2, /nothing-there\.json/, /./],
  ['shares --dry-run=yes', 2, /--dry-run is not an option of shares\./, /./],
];

t.test('each mistake is answered by one sentence, what to do, and its exit code', async (t) => {
  const home = t.testdir();
  const { env } = process;
  const before = { PEARLCTL_HOME: env.PEARLCTL_HOME, HOME: env.HOME };
  Object.assign(env, { PEARLCTL_HOME: join(home, 'kept'), HOME: home });
  t.teardown(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  });
  const output = { lost: () => new AbortController().signal, terminal: () => ({}) };
  for (const [typed, code, first, hint] of MISTAKES) {
    const words = typed.split(' ');
    const error: unknown = await runCommandLine(words, output as Parameters<typeof runCommandLine>[1]).then(
      (ended) => new Error(`it ended with ${ended}`),
      (thrown: unknown) => thrown,
    );
    const [told = '', remedy = '', ...more] = renderError(error, false, instanceFlagsOf(words)).trimEnd().split('\n');
    t.equal(exitCodeOf(error), code, `pearlctl ${typed}`);
    t.match(told, /^pearlctl: [A-Z"-].*[.?!…]$/, `a sentence: ${told}`);
    t.match(told, first);
    t.match(remedy, hint, typed);
    t.same(more, [], 'and nothing else');
  }
});
