// What `start` takes: our names and those of OpenJarvis, targets as text and as objects; and what it says about everything else.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { readMiningConfig } from '../../src/provider/mining-config.ts';
import { settingsOf } from '../../src/provider/provider-settings.ts';
import { parseSubmitTarget } from '../../src/provider/submit-target.ts';

const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
const OURS = { provider: 'cpu-pearl', walletAddress: WALLET };
const POOL = 'stratum+tcp://pool.example.com:3333';

function error(given: unknown): PearlError | null {
  try {
    settingsOf(given, '/home/ada');
    return null;
  } catch (caught) {
    if (caught instanceof PearlError) return caught;
    throw caught;
  }
}

/** Any other error goes through. */
function isTold(given: unknown): boolean {
  error(given);
  return true;
}

t.test('a configuration as OpenJarvis has it means the same as ours', async (t) => {
  const theirs = {
    provider: 'cpu-pearl',
    wallet_address: WALLET,
    submit_target: { url: POOL, worker_id: 'rig-1' },
    fee_bps: 0,
    fee_payout_address: null,
    extra: { gateway_port: 8400 },
  };
  const ours = { ...OURS, submitTarget: `pool:${POOL}`, worker: 'rig-1', extra: { gateway_port: 8400 } };
  t.equal(settingsOf(theirs, '/').text, settingsOf(ours, '/').text);
  t.same(settingsOf(theirs, '/').warnings, []);

  const solo = { ...OURS, submitTarget: { pearld_rpc_url: 'http://localhost:55555' } };
  t.match(settingsOf(solo, '/').config, {
    gateway: { kind: 'external' },
    pearld: { rpcUrl: 'http://localhost:55555' },
  });
  const both = { ...solo, extra: { pearld_rpc_url: 'http://localhost:44444' } };
  t.equal(
    settingsOf(both, '/').config.pearld.rpcUrl,
    'http://localhost:44444',
    'what stands in extra was meant for us',
  );
  const unnamed = { ...OURS, submitTarget: { url: POOL, worker_id: null } };
  t.equal(settingsOf(unnamed, '/').text, settingsOf({ ...OURS, submitTarget: `pool:${POOL}` }, '/').text);
  for (const target of ['solo', `pool:${POOL}`]) {
    const parsed = { ...OURS, submitTarget: parseSubmitTarget(target) };
    t.equal(settingsOf(parsed, '/').text, settingsOf({ ...OURS, submitTarget: target }, '/').text);
  }
});

t.test('what cannot be meant is refused under the name that it was given', async (t) => {
  const cases: [unknown, string, RegExp][] = [
    [undefined, 'INPUT_INVALID', /configuration as an object/],
    [null, 'INPUT_INVALID', /configuration as an object/],
    [[OURS], 'INPUT_INVALID', /configuration as an object/],
    [{ provider: 'cpu-pearl' }, 'WALLET_INVALID', /^walletAddress is missing/],
    [{ walletAddress: WALLET }, 'INPUT_INVALID', /names no provider/],
    [{ ...OURS, walletAddress: 5 }, 'INPUT_INVALID', /^walletAddress has to be a text/],
    [{ provider: 'cpu-pearl', wallet_address: ['x'] }, 'INPUT_INVALID', /^wallet_address has to be a text, not a list/],
    [{ provider: 'cpu-pearl', wallet_address: 'prl1x' }, 'WALLET_INVALID', /^wallet_address/],
    [{ ...OURS, wallet_address: WALLET }, 'INPUT_INVALID', /walletAddress and wallet_address are the same/],
    [{ ...OURS, submitTarget: {} }, 'INPUT_INVALID', /^submitTarget is an object without/],
    [{ ...OURS, submitTarget: 5 }, 'INPUT_INVALID', /^submitTarget has to be/],
    [{ ...OURS, submit_target: { url: POOL, worker_id: 5 } }, 'INPUT_INVALID', /^submit_target\.worker_id/],
    [{ ...OURS, submit_target: { url: 'nonsense' } }, 'INPUT_INVALID', /nonsense/],
    [{ ...OURS, extra: 'x' }, 'INPUT_INVALID', /^extra has to be an object/],
    [{ ...OURS, extra: { gateway_host: 5 } }, 'INPUT_INVALID', /^extra\.gateway_host/],
    [{ ...OURS, extra: { gateway_command: 'pearl-gateway' } }, 'INPUT_INVALID', /^extra\.gateway_command .*list/],
    [{ ...OURS, network: 'mars' }, 'CONFIG_INVALID', /^network/],
    [{ ...OURS, threads: 'a few' }, 'CONFIG_INVALID', /^threads/],
  ];
  for (const [given, code, message] of cases) {
    const found = error(given);
    t.ok(
      found?.code === code && message.test(found.message) && found.hint !== undefined,
      `${found?.code} ${found?.message}`,
    );
  }
});

t.test('what means nothing here is told, with what was probably meant', async (t) => {
  const warnings = (more: object) => readMiningConfig({ ...OURS, ...more }).warnings;
  t.match(warnings({ walletAdress: 'x' }), [/does not know the member "walletAdress"\. Did you mean walletAddress\?/]);
  t.match(warnings({ gateway_port: 1 }), [/"gateway_port" as a member of extra/]);
  t.match(warnings({ extra: { metrics_prot: 1 } }), [/extra key "metrics_prot"\. Did you mean metrics_port\?/]);
  t.match(warnings({ fee_bps: 200 }), [/takes no fee/]);
  t.same(warnings({ worker: undefined, extra: null }), []);
});

t.test('no value makes it throw anything but a PearlError', async () => {
  const member = fc.constantFrom(
    'provider',
    'walletAddress',
    'wallet_address',
    'submitTarget',
    'submit_target',
    'network',
    'worker',
    'threads',
    'extra',
    'fee_bps',
    'other',
    '__proto__',
    'constructor',
  );
  const some = fc.dictionary(member, fc.anything());
  fc.assert(fc.property(fc.oneof(fc.anything(), some), isTold), { numRuns: 1000 });
  const spoiled = fc.tuple(member, fc.anything()).map(([name, value]) => ({ ...OURS, [name]: value }));
  fc.assert(fc.property(spoiled, isTold), { numRuns: 1000 });
});
