// What a failing plan takes back, and in which order.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PearlError } from '../../../src/base/errors.ts';
import type { Manifest } from '../../../src/service/manifest.ts';
import { carryOut } from '../../../src/service/plan/carry-out.ts';
import { lingerStep } from '../../../src/service/plan/steps/linger-step.ts';
import type { StepContext } from '../../../src/service/plan/steps/step-kind.ts';
import { ADA } from './facts.ts';

/** A user's service manager, which is there only while lingering is on, in a world where the service does not start. */
function world(sessionComes: boolean) {
  const state = { lingering: false, loaded: false };
  const told: string[] = [];
  const manager = {
    async load() {
      state.loaded = true;
    },
    async forget() {
      if (!state.lingering) throw new PearlError('SERVICE_MANAGER_MISSING', 'Your own service manager is not running.');
      state.loaded = false;
      told.push('forgotten');
    },
    async start() {
      throw new PearlError('SERVICE_FAILED', 'It did not start.');
    },
    async stop() {},
  };
  const context = {
    caller: ADA,
    managedFolders: [],
    manager,
    async run(command: readonly string[]) {
      state.lingering = command.includes('enable-linger');
      told.push(command.join(' '));
      return { code: 0, stdout: '', stderr: '' };
    },
    async awaitSession() {
      if (!sessionComes) throw new PearlError('SERVICE_MANAGER_MISSING', 'The service manager does not come up.');
    },
    async awaitReady() {},
  } as unknown as StepContext;
  return { state, told, context };
}

const service = (verb: 'load' | 'start') => ({ kind: 'service' as const, verb, commands: [] });

t.test('lingering goes last: the user’s manager takes part in the undoing', async (t) => {
  const { state, told, context } = world(true);
  const manifestFile = join(t.testdir(), 'manifest.json');
  const manifest = { schema: 1, entries: [] } as unknown as Manifest;
  const steps = [lingerStep('enable-linger', 'ada'), service('load'), service('start')];
  await t.rejects(carryOut(steps, { context, manifestFile, before: null, manifest }), {
    message: 'It did not start. Everything was put back as it was.',
  });
  t.same(state, { lingering: false, loaded: false });
  t.same(told, ['loginctl enable-linger ada', 'forgotten', 'loginctl disable-linger ada']);
  t.notOk(existsSync(manifestFile));
});

t.test('where the user’s manager does not come up, lingering is off again', async (t) => {
  const { state, context } = world(false);
  const manifest = { schema: 1, entries: [] } as unknown as Manifest;
  const options = { context, manifestFile: join(t.testdir(), 'manifest.json'), before: null, manifest };
  await t.rejects(carryOut([lingerStep('enable-linger', 'ada')], options), { message: /does not come up/ });
  t.equal(state.lingering, false);
});
