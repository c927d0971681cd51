import t from 'tap';
import type { RestartPolicy } from '../../../src/config/configuration.ts';
import {
  type ChildExit,
  decideRestart,
  describeExit,
  NO_RESTARTS,
  type RestartHistory,
  type RestartQuestion,
  restartDelayMs,
} from '../../../src/supervisor/children/restart-policy.ts';

const POLICY: RestartPolicy = {
  restart: 'on-failure',
  backoffInitialMs: 500,
  backoffMaxMs: 30_000,
  healthyAfterMs: 60_000,
  limit: { count: 10, windowMs: 600_000 },
};

function exit(code: number | null, signal: NodeJS.Signals | null = null): ChildExit {
  return { code, signal, message: null };
}

function ask(changes: Partial<RestartQuestion>) {
  return decideRestart({
    child: 'miner',
    policy: POLICY,
    history: NO_RESTARTS,
    exit: exit(1),
    ranMs: 1000,
    everReady: true,
    nowMs: 0,
    random: 0.5,
    ...changes,
  });
}

t.test('the first retry comes at once, then the delay doubles from its initial value to its largest', async (t) => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map((failures) => restartDelayMs(POLICY, failures, 0.5));
  t.same(delays, [0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  t.equal(restartDelayMs(POLICY, 2, 0), 400, 'the jitter takes a fifth off');
  t.equal(restartDelayMs(POLICY, 2, 1), 600, 'or adds one');
  t.equal(restartDelayMs({ ...POLICY, backoffInitialMs: 0 }, 5000, 0.5), 0, 'no delay stays none after any number');
});

t.test('a child that ran long enough starts its back-off over', async (t) => {
  const history: RestartHistory = { failures: 5, restartedAtMs: [] };
  t.match(ask({ history, ranMs: 59_999 }), { kind: 'retry', history: { failures: 6 } });
  t.match(ask({ history, ranMs: 60_000 }), { kind: 'retry', delayMs: 0, history: { failures: 1 } });
});

t.test('exit codes that starting again cannot help give up at once, with that code', async (t) => {
  t.same(ask({ exit: exit(78) }), { kind: 'give-up', exitCode: 78, reason: 'the miner ended with exit code 78' });
  t.match(ask({ exit: exit(77) }), { kind: 'give-up', exitCode: 77 });
  t.match(ask({ exit: exit(75), everReady: false }), { kind: 'give-up', exitCode: 75 });
  t.match(ask({ exit: exit(75), everReady: true }), { kind: 'retry' }, 'a port may be our own past');
  t.match(ask({ exit: exit(1), everReady: false }), { kind: 'retry' }, 'another failure of the first start may pass');
  t.match(ask({ exit: exit(78), policy: { ...POLICY, restart: 'always' } }), { kind: 'give-up', exitCode: 78 });
});

t.test('an end without a request is a failure, also a polite one', async (t) => {
  t.match(ask({ exit: exit(0) }), { kind: 'retry' });
  t.match(ask({ exit: exit(null, 'SIGTERM') }), { kind: 'retry' });
});

t.test('the limit counts restarts within its window only', async (t) => {
  const restartedAtMs = Array.from({ length: 10 }, (_, i) => i * 1000);
  const history = { failures: 3, restartedAtMs };
  const reason = 'the miner ended with exit code 1, after 10 restarts within 600 s';
  t.same(ask({ history, nowMs: 20_000 }), { kind: 'give-up', exitCode: 69, reason });
  t.match(
    ask({ history, nowMs: 599_999 }),
    { kind: 'give-up' },
    'the oldest is in the window until its last millisecond',
  );
  t.same(
    ask({ history, nowMs: 600_000 }),
    {
      kind: 'retry',
      delayMs: 2000,
      history: { failures: 4, restartedAtMs: [...restartedAtMs.slice(1), 600_000] },
    },
    'then the oldest has left, and is forgotten',
  );
});

t.test('the first end begins the history', async (t) => {
  t.same(NO_RESTARTS, { failures: 0, restartedAtMs: [] });
  t.same(ask({ nowMs: 5 }), { kind: 'retry', delayMs: 0, history: { failures: 1, restartedAtMs: [5] } });
});

t.test('"always" has no limit, "never" no second life', async (t) => {
  const always = { ...POLICY, restart: 'always' } as const;
  const restartedAtMs = Array.from({ length: 11 }, (_, i) => i);
  const again = ask({ history: { failures: 3, restartedAtMs }, nowMs: 100, policy: always });
  t.match(again, { kind: 'retry', history: { failures: 4 } });
  const kept = again.kind === 'retry' ? again.history.restartedAtMs : [];
  t.same(kept, [...restartedAtMs.slice(1), 100], 'the history keeps one more than the limit counts');
  const never = ask({ policy: { ...POLICY, restart: 'never' } });
  const reason = 'the miner ended with exit code 1, and its restart policy is "never"';
  t.same(never, { kind: 'give-up', exitCode: 69, reason });
});

t.test('an end is described by its signal, its code or neither, with what was said about it', async (t) => {
  const message = 'no such file';
  t.equal(describeExit(exit(3)), 'ended with exit code 3');
  t.equal(describeExit({ ...exit(3), message }), 'ended with exit code 3: no such file');
  t.equal(describeExit(exit(null, 'SIGKILL')), 'was killed by SIGKILL');
  t.equal(describeExit({ ...exit(null, 'SIGKILL'), message }), 'was killed by SIGKILL: no such file');
  t.equal(describeExit(exit(null)), 'could not be started');
  t.equal(describeExit({ ...exit(null), message }), 'could not be started: no such file');
});
