// The trials of a version, with programs that fail one of them each.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROVE, type ProveStep } from '../../../src/service/plan/steps/prove-step.ts';
import type { StepContext } from '../../../src/service/plan/steps/step-kind.ts';
import { runCommand } from '../../../src/service/run-program.ts';

const context = { run: runCommand, pace: { provedMs: 0 } } as unknown as StepContext;

/** A runtime whose program is this shell script; `$2` is the verb. */
function runtime(folder: string, script: string): ProveStep {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const program = join(folder, 'bin', 'pearlctl');
  writeFileSync(program, `#!/bin/sh\necho "$*" >>${folder}/asked\n${script}\n`);
  chmodSync(program, 0o755);
  return { kind: 'prove', folder, version: '9.1.0', flags: ['--config', '/etc/pearlctl/pearlctl.ini'] };
}

const VERSION = '[ "$2" != --version ] || { echo "pearlctl 9.1.0"; exit 0; }';

for (const [title, script, message, hint] of [
  [
    'one that does not start',
    'echo "SyntaxError: x" >&2; exit 1',
    /does not start here \(exit code 1\)/,
    /SyntaxError: x/,
  ],
  ['one that is another', 'echo "pearlctl 8.0.0"', /does not start here \(it calls itself pearlctl 8\.0\.0\)/, /./],
  ['wrong kernels', `${VERSION}; [ "$2" != self-test ]`, /does not compute what it should/, /./],
  ['an unknown key', `${VERSION}; [ "$2" != config ] || exit 78`, /does not take the configuration.*exit code 78/, /./],
  ['no block', `${VERSION}; [ "$2" != demo ] || exit 69`, /does not mine a block.*exit code 69/, /./],
] as const) {
  t.test(`${title} is not switched to, and the reason is told`, async (t) => {
    const step = runtime(t.testdir(), script);
    await t.rejects(PROVE.apply(step, context), { code: 'SERVICE_FAILED', message, hint });
  });
}

t.test('one that stands all trials is taken', async (t) => {
  t.same(await PROVE.apply(runtime(t.testdir(), VERSION), context), {});
  t.ok(context.pace.provedMs > 0, 'and how long it took is known');
});
