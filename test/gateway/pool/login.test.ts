import t from 'tap';
import { loginLine, submitLine } from '../../../src/gateway/pool/login.ts';
import { ExactNumber } from '../../../src/protocol/jsonrpc/lossless-json.ts';

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
  for (const host of ['pool.example.com', 'prl.kryptex.network']) {
    t.equal(params(loginLine(1, raw, host, 'object', 'a/1')).wallet, 'solo:somebody');
    t.equal(params(loginLine(1, raw, host, 'array', 'a/1'))[0], 'solo:somebody');
  }
});

t.test('a submit returns the job’s name as it came, and the rate where it is known', async (t) => {
  const fields = { jobId: new ExactNumber('12345678901234567890123'), proof: 'cA==', macsPerSecond: 1.5e12 };
  t.equal(
    submitLine(3, account, 'pool.example.com', fields),
    '{"id":3,"jsonrpc":"2.0","method":"mining.submit","params":{"job_id":12345678901234567890123,"plain_proof":"cA==","hs":1500000000000}}\n',
  );
});
