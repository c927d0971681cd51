// What `config set` would write, and when it refuses to.
import t from 'tap';
import { changeKey, changeText } from '../../src/config/config-change.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const wallet = walletFromProgram(new Uint8Array(32), 'devnet');
const good = `; mine\nnetwork = devnet\n[miner]\nwallet = ${wallet}\nworker = a ; b\n`;

t.test('a change says which lines go and come', async (t) => {
  const { after, lines, remaining } = changeKey(good, 'x.ini', 'miner.worker', 'c');
  t.equal(after, good.replace('= a', '= c'));
  t.same(lines, [
    { sign: '-', line: 5, text: 'worker = a ; b' },
    { sign: '+', line: 5, text: 'worker = c ; b' },
  ]);
  t.same(remaining, []);
  t.same(changeKey(good, 'x.ini', 'miner.worker', null).lines, [{ sign: '-', line: 5, text: 'worker = a ; b' }]);
  t.same(changeKey(good, 'x.ini', 'miner.threads', '2').lines, [{ sign: '+', line: 6, text: 'threads = 2' }]);
  t.same(changeKey(good, 'x.ini', 'miner.worker', 'a').lines, []);
  t.same(changeText('a\n', 'a\n', 'x.ini').lines, []);
});

t.test('a change that would break the file is refused with the problem it brings', async (t) => {
  t.throws(() => changeKey(good, 'x.ini', 'network', 'mainnet'), { code: 'WALLET_INVALID', line: 4 });
  t.throws(() => changeKey(good, 'x.ini', 'miner.wallet', null), { code: 'WALLET_INVALID', line: null });
  t.throws(() => changeKey(good, 'x.ini', 'gateway.kind', 'pool'), { code: 'CONFIG_INVALID', key: 'gateway.kind' });
  t.throws(() => changeKey(good, 'x.ini', 'miner.wroker', 'c'), { code: 'CONFIG_UNKNOWN_KEY' });
  t.throws(() => changeText(good, `${good}[miner`, 'x.ini'), { code: 'CONFIG_SYNTAX', line: 6 });
});

t.test('a broken file may be mended step by step, and what is left is said', async (t) => {
  const broken = `${good}threads = many\n[gateway]\nport = x\n`;
  const step = changeKey(broken, 'x.ini', 'miner.threads', '2');
  t.match(step.remaining, [{ code: 'CONFIG_INVALID', line: 8, key: 'gateway.port' }]);
  t.same(changeKey(step.after, 'x.ini', 'gateway.port', '0').remaining, []);
  const moved = changeKey(broken, 'x.ini', 'miner.memory', '128M');
  t.same(
    moved.remaining.map(({ line }) => line),
    [6, 9],
    'an old problem in another line is no new one',
  );
});

t.test('a file that is not there yet begins empty', async (t) => {
  const { after, remaining } = changeKey('', 'x.ini', 'network', 'devnet');
  t.equal(after, 'network = devnet\n');
  t.same(
    remaining.map(({ key }) => key),
    ['miner.wallet'],
  );
});
