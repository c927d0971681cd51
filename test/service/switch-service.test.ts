import t from 'tap';
import type { ServiceState } from '../../src/service/manager.ts';
import { judgeSwitch, watchEnd } from '../../src/service/switch-service.ts';

const OLD = 10;
const NEW = 20;
const STATE: ServiceState = {
  loaded: true,
  enabled: true,
  blocked: false,
  active: 'active',
  pid: NEW,
  since: null,
  lastExit: null,
  restarts: 0,
  failure: null,
};
const BEFORE = { pid: OLD, mining: true, seenNew: true, minerRestarts: 0 };
const WORKING = { ready: true, work: true, outdatedRules: false };
const IDLE = { ready: true, work: false, outdatedRules: false };
const SILENT = { ready: false, work: false, outdatedRules: false };

for (const [title, state, now, before, verdict] of [
  ['the old one that still ends is waited for', { pid: OLD, active: 'deactivating' }, WORKING, {}, 'stopping'],
  ['the old one that was not told yet is not taken for the new one', { pid: OLD }, WORKING, {}, 'stopping'],
  ['between the two there is none', { pid: null, active: 'inactive' }, SILENT, { seenNew: false }, 'waiting'],
  [
    'the old one may have been started again',
    { pid: null, active: 'inactive', restarts: 2 },
    SILENT,
    { seenNew: false },
    'waiting',
  ],
  ['one that starts is waited for', { active: 'activating' }, SILENT, {}, 'waiting'],
  ['one that has work is done', {}, WORKING, {}, 'done'],
  ['one that is ready has to get work as the old one had', {}, IDLE, {}, 'waiting'],
  ['where there was no work before, being ready is enough', {}, IDLE, { mining: false }, 'done'],
  ['rules that no version can follow are not this one’s fault', {}, { ...IDLE, outdatedRules: true }, {}, 'done'],
  ['one that failed has ended', { pid: null, active: 'failed' }, SILENT, {}, 'ended'],
  ['one that was there and is gone has ended', { pid: null, active: 'activating' }, SILENT, {}, 'ended'],
  ['one whose miner ends again and again has ended', { active: 'activating' }, SILENT, { minerRestarts: 3 }, 'ended'],
  ['a miner may need a second start', { active: 'activating' }, SILENT, { minerRestarts: 1 }, 'waiting'],
  ['one that the manager had to start again has ended', { active: 'activating', restarts: 1 }, SILENT, {}, 'ended'],
] as const) {
  t.test(title, async (t) => {
    t.equal(judgeSwitch({ ...STATE, ...state }, now, { ...BEFORE, ...before }), verdict);
  });
}

for (const [title, ended, proved, end] of [
  ['15 of the 35 seconds are for the way back', 1, 5, 20],
  ['a proof that was slow changes nothing while there is time', 2, 40, 20],
  ['where the old version took long to end, the new one still gets its time', 20, 5, 32],
  ['a very slow machine gets two fifths of what its proof took', 2, 80, 34],
] as const) {
  t.test(title, async (t) => {
    t.equal(watchEnd(100_000, 100_000 + ended * 1000, proved * 1000), 100_000 + end * 1000);
  });
}
