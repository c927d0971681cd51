// What `config set` would write, and when it refuses to.
import t from 'tap';
import { checkChange } from '../../src/config/config-change.ts';
import { editConfig } from '../../src/config/edit-line.ts';
import { splitPath } from '../../src/config/key-names.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const wallet = walletFromProgram(new Uint8Array(32), 'devnet');
const good = `; mine\nnetwork = devnet\n[miner]\nwallet = ${wallet}\nworker = a ; b\n`;

/** The text with one key set, and what is still wrong with it. */
function changeKey(before: string, path: string, value: string | null) {
  const { section, key } = splitPath(path);
  const after = editConfig(before, section, key, value);
  return { after, remaining: checkChange(before, after, 'x.ini') };
}

t.test('a change that breaks nothing may be written', async (t) => {
  t.same(changeKey(good, 'miner.worker', 'c'), { after: good.replace('= a', '= c'), remaining: [] });
  t.same(changeKey(good, 'miner.worker', null).remaining, []);
  t.same(checkChange('a\n', 'a\n', 'x.ini').length, 1, 'what was wrong stays wrong');
});

t.test('a change that would break the file is refused with the problem it brings', async (t) => {
  t.throws(() => changeKey(good, 'network', 'mainnet'), { code: 'WALLET_INVALID', line: 4 });
  t.throws(() => changeKey(good, 'miner.wallet', null), { code: 'WALLET_INVALID', line: null });
  t.throws(() => changeKey(good, 'gateway.kind', 'pool'), { code: 'CONFIG_INVALID', key: 'gateway.kind' });
  t.throws(() => changeKey(good, 'miner.wroker', 'c'), { code: 'CONFIG_UNKNOWN_KEY' });
  t.throws(() => checkChange(good, `${good}[miner`, 'x.ini'), { code: 'CONFIG_SYNTAX', line: 6 });
});

t.test('a broken file may be mended step by step, and what is left is said', async (t) => {
  const broken = `${good}threads = many\n[gateway]\nport = x\n`;
  const step = changeKey(broken, 'miner.threads', '2');
  t.match(step.remaining, [{ code: 'CONFIG_INVALID', line: 8, key: 'gateway.port' }]);
  t.same(changeKey(step.after, 'gateway.port', '0').remaining, []);
  const moved = changeKey(broken, 'miner.memory', '128M');
  t.same(
    moved.remaining.map(({ line }) => line),
    [6, 9],
    'an old problem in another line is no new one',
  );
});

t.test('a file that is not there yet begins empty', async (t) => {
  const { after, remaining } = changeKey('', 'network', 'devnet');
  t.equal(after, 'network = devnet\n');
  t.same(
    remaining.map(({ key }) => key),
    ['miner.wallet'],
  );
});
