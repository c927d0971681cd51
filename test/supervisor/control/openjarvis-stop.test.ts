// Which ends of both children are an order from OpenJarvis, and which are failures.
import t from 'tap';
import type { ChildExit } from '../../../src/supervisor/children/restart-policy.ts';
import { OpenJarvisStop } from '../../../src/supervisor/control/openjarvis-stop.ts';

const exit = (code: number | null, signal: NodeJS.Signals | null = null) =>
  ({ code, signal, message: null }) as ChildExit;

function wished(miner: [ChildExit, number], gateway: [ChildExit, number], nowMs: number, gone = true): boolean {
  const stop = new OpenJarvisStop();
  stop.observe('miner', ...miner);
  stop.observe('gateway', ...gateway);
  return stop.isWished(nowMs, () => gone);
}

t.test('the mirror is spared for a moment after both have ended so', async (t) => {
  const stop = new OpenJarvisStop();
  stop.observe('miner', exit(null, 'SIGTERM'), 100);
  t.notOk(stop.mayFollow(200), 'one of them');
  stop.observe('gateway', exit(null, 'SIGKILL'), 5100);
  t.ok(stop.mayFollow(5200));
  t.notOk(stop.mayFollow(8200), 'nothing removed it');
});

t.test('SIGTERM to both, and SIGKILL to what was late, is a stop once the mirror is gone', async (t) => {
  const term = exit(null, 'SIGTERM');
  const kill = exit(null, 'SIGKILL');
  // The miner is given two seconds, the gateway five (OpenJarvis' launcher).
  t.ok(wished([term, 100], [term, 200], 1000));
  t.ok(wished([exit(0), 100], [exit(143), 200], 1000));
  t.ok(wished([kill, 2000], [kill, 7000], 8000));
  t.ok(wished([exit(137), 2000], [exit(0), 2500], 3000));
  t.notOk(wished([kill, 2000], [kill, 7000], 8000, false), 'killed for want of memory, the mirror stays');
  t.notOk(wished([exit(null, 'SIGSEGV'), 100], [term, 200], 1000), 'a crash is a crash');
  t.notOk(wished([term, 100], [term, 12_000], 12_500), 'two ends far apart are two failures');
});
