// What the word of the service manager and that of the supervisor come to together.
import t from 'tap';
import type { ServiceState } from '../../src/service/manager.ts';
import { combine, type Report, whyNotReady, workInWords } from '../../src/service/verify-service.ts';

const STATE: ServiceState = {
  loaded: true,
  enabled: true,
  blocked: false,
  active: 'active',
  pid: 12,
  since: null,
  lastExit: null,
  restarts: 0,
  failure: null,
};
const REPORT: Report = { pid: 12, state: 'running', reason: null, work: true, minerRestarts: 0, awaited: null };

t.test('a service that has work and rests is not said to mine', async (t) => {
  const mining = combine('systemd', STATE, REPORT);
  t.match(mining, { ready: true, work: true, rest: null });
  t.equal(workInWords(mining), 'It mines (process 12)');
  const resting = combine('systemd', STATE, { ...REPORT, state: 'paused', reason: 'the machine is in use' });
  t.match(resting, { ready: true, work: true, rest: 'the machine is in use' });
  t.equal(workInWords(resting), 'It rests now (the machine is in use; process 12)');
  t.match(combine('systemd', STATE, { ...REPORT, state: 'paused', work: false }), { work: false, rest: null });
});

t.test('what is not ready is told with its reason, or with the child that is waited for', async (t) => {
  const starting = { ...REPORT, state: 'starting', work: false, awaited: 'its gateway is starting' };
  t.equal(whyNotReady(STATE, starting), ': its gateway is starting');
  const failed = { ...starting, reason: 'the gateway ended (exit code 1)' };
  t.equal(whyNotReady(STATE, failed), ': the gateway ended (exit code 1)');
  t.equal(whyNotReady(STATE, null), '', 'a service that tells nothing');
  t.equal(whyNotReady({ ...STATE, pid: 13 }, failed), '', 'that is the word of another one');
});
