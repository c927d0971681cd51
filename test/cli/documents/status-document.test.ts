import t from 'tap';
import { STATUS_DOCUMENT } from '../../../scripts/docs/status-document.ts';
import { checkFieldName, fieldNames } from '../../../src/cli/field-names.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { fieldText, readField } from '../../../src/state/status/dotted-field.ts';
import { RUNNING, SIDECAR, SITUATIONS, STATS } from '../../state/status/facts.ts';
import { neverSeen, violations } from './conform.ts';

const EXIT = { code: 1, signal: null, at: '2026-01-02T03:04:01.000Z', lines: ['the last words'] };
const DRIFTING = {
  ...SIDECAR,
  children: { ...SIDECAR.children, gateway: { ...SIDECAR.children.gateway, lastExit: EXIT } },
  service: {
    manager: 'systemd',
    enabled: true,
    active: true,
    startsAt: 'boot',
    drift: ['the unit'],
    driftFix: null,
    dropIns: ['/etc/x.conf'],
    failure: 'x',
  },
};
const POOL = {
  name: 'pool.example:3333',
  state: 'ready',
  isUsed: true,
  reason: null,
  latencyMs: 12,
  difficulty: 1,
  accepted: 3,
  rejected: 0,
  stale: 0,
};
const THREAD = { macsPerSecond: 7, core: 3, megahertz: 2700 };
const EXPECTATION = {
  sharesPerDay: 100,
  sharesDeviation: 10,
  blockSeconds: 1000,
  blockLowSeconds: 51,
  blockHighSeconds: 2996,
  prlPerDay: 1,
  prlDeviation: 0.1,
  prlReason: 'none',
  rewardPrl: 2,
  rewardFrom: 'schedule',
};
const POOLED = {
  ...RUNNING,
  stats: { kind: 'valid' as const, value: { ...STATS, pools: [POOL], threads: [THREAD], expectation: EXPECTATION } },
};
const MODELS = [
  ...Object.values(SITUATIONS),
  POOLED,
  { ...RUNNING, sidecar: { kind: 'valid' as const, value: DRIFTING } },
].map((facts) => deriveStatus(facts));

t.test('every key of every status is described, with its type', async (t) => {
  for (const model of MODELS) t.same(violations(STATUS_DOCUMENT, JSON.parse(JSON.stringify(model))), [], model.state);
  t.match(violations(STATUS_DOCUMENT, { state: 7, surprise: 1 }), [/^state is 7/, /^surprise is not described/]);
});

t.test('every key that is described occurs', async (t) => {
  t.same(neverSeen(STATUS_DOCUMENT, JSON.parse(JSON.stringify(MODELS))), []);
});

t.test('a field is found by its dotted name, and is plain text for a shell', async (t) => {
  const model = deriveStatus(RUNNING);
  for (const [name, text] of [
    ['state', 'running'],
    ['shares.accepted', '14'],
    ['service.enabled', 'true'],
    ['pauseReason', ''],
    ['service.drift', '[]'],
    ['blocks', '{"accepted":14}'],
  ] as const) {
    t.equal(fieldText(readField(model, name)?.value), text, name);
  }
  t.equal(readField(model, 'state.length'), undefined, 'text has no fields');
  t.equal(readField(model, 'constructor'), undefined);
  t.equal(fieldText('two\nlines\u001b[2J'), 'two lines [2J');
});

t.test('every described name is taken, and a mistyped one is answered with what was meant', async (t) => {
  for (const name of fieldNames()) checkFieldName(name);
  for (const name of ['health.0', 'health.0.fix', 'service.drift.0', 'children.miner.lastExit.lines.0']) {
    checkFieldName(name);
  }
  for (const [name, meant] of [
    ['sate', 'state'],
    ['shares.acepted', 'shares.accepted'],
    ['accepted', 'shares.accepted'],
    ['MINER.PID', 'children.miner.pid'],
  ] as const) {
    t.throws(() => checkFieldName(name), { code: 'USAGE', hint: `Did you mean: --field ${meant}` }, name);
  }
  t.throws(() => checkFieldName('xyzzy'), { code: 'USAGE', hint: 'All names: pearlctl status --json' });
  t.throws(() => checkFieldName('health.x'), { code: 'USAGE' });
});
