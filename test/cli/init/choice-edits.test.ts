// What the answers to `init` change in a configuration that is there.
import t from 'tap';
import { answersFor, type Choices, choicesOf } from '../../../src/cli/init/answers.ts';
import { applyEdits, editLines, editsOf } from '../../../src/cli/init/choice-edits.ts';
import { checkConfig, parseConfig } from '../../../src/config/configuration.ts';
import { effectiveKeys } from '../../../src/config/effective.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';

const wallet = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');
const A = 'stratum+tcp://a.example:1';
const B = 'stratum+tcp://b.example:1';
const MINER = `# mine\n[miner]\nwallet = ${wallet} ; to me\n`;
const POOLS = `${MINER}[pool]\npass = x1\nurl[] = ${A}\n[pool.spare]\nurl = ${B}\npass = d=5\n`;

/** The text, and what is shown, after the present choices with some others in their place. */
function edited(text: string, other: Choices): { after: string; lines: string[] } {
  const { network, gateway } = parseConfig(text, 'file', { home: '/' });
  const present = { text, network, gateway: gateway.kind };
  const choices = { ...choicesOf(effectiveKeys(text, 'file'), network, gateway.kind), ...other };
  const edits = editsOf(answersFor(choices), present);
  const after = applyEdits(text, edits);
  t.same(checkConfig(after, 'file', { home: '/' }).problems, [], after);
  const again = parseConfig(after, 'file', { home: '/' });
  const same = { text: after, network: again.network, gateway: again.gateway.kind };
  t.same(editsOf(answersFor(choices), same), [], 'the same answers again change nothing');
  return { after, lines: editLines(text, edits) };
}

t.test('the same answers change nothing, and defaults are not written down', async (t) => {
  t.equal(edited(POOLS, { threads: 'auto', worker: 'pearlctl', gatewayPort: '8337' }).after, POOLS);
});

t.test('one other answer changes one line, and the comment beside it stays', async (t) => {
  const other = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
  const { after, lines } = edited(POOLS, { wallet: other });
  t.equal(after, POOLS.replace(wallet, other));
  t.same(lines, [`[miner] wallet: ${wallet} → ${other}`]);
});

t.test('another pool is mined with alone, and the sections of others stay with their passwords', async (t) => {
  const known = { name: 'known', keys: { url: 'stratum+ssl://k.example:1' } };
  const picked = edited(POOLS, { pool: [known] });
  t.same(picked.lines, [
    '[pool.known] url: stratum+ssl://k.example:1',
    `[pool] url[]: ${A} → removed`,
    '[pool] use: known',
  ]);
  t.match(picked.after, /\[pool\.spare\]\nurl = .*\npass = d=5\n/);
  const typed = edited(picked.after, { pool: [A] });
  t.same(typed.lines, [`[pool] url[]: ${A}`, '[pool] use: known → (empty)']);
  t.same(edited(typed.after, { pool: [A, { name: 'spare', keys: { url: B } }, known] }).lines, [
    '[pool] use: (empty) → removed',
  ]);
});

t.test('another network takes the address and the node of the last one away', async (t) => {
  const text = `network = testnet\n[miner]\nwallet = ${walletFromProgram(Buffer.alloc(32, 2), 'testnet')}\n[pearld]\nrpc_url = http://h:1\n`;
  const { lines } = edited(text, { network: 'mainnet', gateway: 'attached', wallet: undefined, rpcUrl: undefined });
  t.match(lines, [
    'network: testnet → mainnet',
    '[gateway] kind: attached',
    /wallet: tprl1p.* → removed/,
    '[pearld] rpc_url: http://h:1 → removed',
  ]);
});
