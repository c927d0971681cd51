import t from 'tap';
import { loginLine, submitLine } from '../../../../src/gateway/pool/login/login.ts';
import { ExactNumber } from '../../../../src/protocol/jsonrpc/lossless-json.ts';

const account = { wallet: 'prl1pabc', worker: 'rig1', login: null, pass: 'd=58' };
const params = (line: string) => JSON.parse(line).params;

t.test('the object form carries wallet, worker, pass and agent, always', async (t) => {
  const line = loginLine(1, account, 'pool.example.com', 'object', 'pearlctl/1');
  t.same(params(line), { wallet: 'prl1pabc', worker: 'rig1', pass: 'd=58', agent: 'pearlctl/1' });
  t.ok(line.endsWith('}\n'));
});

t.test('Kryptex reads the worker from the address, in the login and in the submit', async (t) => {
  const host = 'prl-eu.kryptex.network';
  t.match(params(loginLine(1, account, host, 'object', 'a/1')), { wallet: 'prl1pabc.rig1', worker: 'rig1' });
  t.same(params(loginLine(1, account, host, 'array', 'a/1')), ['prl1pabc.rig1', 'd=58']);
  const fields = { jobId: 'j', proof: 'cA==', macsPerSecond: null };
  t.same(params(submitLine(2, account, host, fields)), { worker: 'prl1pabc.rig1', job_id: 'j', plain_proof: 'cA==' });
  t.match(params(loginLine(1, account, 'kryptex.network.example.com', 'object', 'a/1')), { wallet: 'prl1pabc' });
});

t.test('a raw login is sent as it is, in every form', async (t) => {
  const raw = { ...account, login: 'solo:somebody' };
  t.equal(params(loginLine(1, raw, 'pool.example.com', 'object', 'a/1')).wallet, 'solo:somebody');
  t.equal(params(loginLine(1, raw, 'pool.example.com', 'array', 'a/1'))[0], 'solo:somebody');
});

t.test('the worker reaches the pools that read it from an account’s name', async (t) => {
  const cases: [host: string, login: string, sent: string][] = [
    ['prl.kryptex.network', 'krx0000000', 'krx0000000.rig1'],
    ['prl.kryptex.network', 'krx0000000/rig7', 'krx0000000/rig7'],
    ['prl.kryptex.network', 'krx0000000.rig7', 'krx0000000.rig7'],
    ['prl.kryptex.network', 'solo:prl1pabc', 'solo:prl1pabc.rig1'],
    ['pearlpow.unmineable.com', 'USDT:0xabc', 'USDT:0xabc.rig1'],
    ['pearlpow.unmineable.com', 'USDT:0xabc#ref1-x', 'USDT:0xabc.rig1#ref1-x'],
    ['pearlpow.unmineable.com', 'USDT:0xabc?ref=ref1-x', 'USDT:0xabc.rig1?ref=ref1-x'],
    ['pearlpow.unmineable.com', 'PRL:prl1pabc.rig7#0000-0000', 'PRL:prl1pabc.rig7#0000-0000'],
  ];
  for (const [host, login, sent] of cases) {
    const raw = { ...account, login };
    t.equal(params(loginLine(1, raw, host, 'object', 'a/1')).wallet, sent);
    t.equal(params(loginLine(1, raw, host, 'array', 'a/1'))[0], sent);
  }
});

t.test('a submit returns the job’s name as it came, and the rate where it is known', async (t) => {
  const fields = { jobId: new ExactNumber('12345678901234567890123'), proof: 'cA==', macsPerSecond: 1.5e12 };
  t.equal(
    submitLine(3, account, 'pool.example.com', fields),
    '{"id":3,"jsonrpc":"2.0","method":"mining.submit","params":{"job_id":12345678901234567890123,"plain_proof":"cA==","hs":1500000000000}}\n',
  );
});
