// An upgrade that was cut off: the next install begins where that one began, so that it can go back there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { formatManifest, parseManifest } from '../../../src/service/manifest.ts';
import { planInstall } from '../../../src/service/plan/install-plan.ts';
import { asBeforeInterrupted, previousOf } from '../../../src/service/plan/interrupted.ts';
import { installedFacts, manifestOf, UNIT } from './facts.ts';

const OLD = `${UNIT}# of 1.0.0\n`;
const PREVIOUS = { version: '1.0.0', target: '1.0.0', definition: OLD, running: true };

/** 1.2.3 was being put in the place of 1.0.0, whose folder is there, whole or not. */
function cutOff(t: Test, whole = true) {
  const root = t.testdir();
  mkdirSync(join(root, '1.0.0'));
  if (whole) writeFileSync(join(root, '1.0.0', '.complete'), `${'a'.repeat(64)}\n`);
  return installedFacts('system', {
    runtimeRoot: root,
    runtimeFolder: join(root, '1.2.3'),
    manifest: manifestOf('system', { complete: false, previous: PREVIOUS }),
    state: { ...installedFacts('system').state, active: 'failed', pid: null },
  });
}

t.test('what ran is remembered before the first step of an upgrade', async (t) => {
  const upgrade = installedFacts('system', { currentTarget: '1.0.0', definitionThere: { text: OLD, link: null } });
  t.same(previousOf({ ...upgrade, manifest: manifestOf('system', { version: '1.0.0' }) }), PREVIOUS);
  t.equal(previousOf(installedFacts('system')), null, 'the same version again is no upgrade');
  t.equal(previousOf({ ...upgrade, manifest: null }), null);
  const manifest = manifestOf('system', { complete: false, previous: PREVIOUS });
  t.same(parseManifest(formatManifest(manifest))?.previous, PREVIOUS);
});

t.test('the plan of the next install leads from the old version, and so back to it', async (t) => {
  const facts = await asBeforeInterrupted(cutOff(t));
  t.match(facts.manifest, { version: '1.0.0', complete: true, previous: null });
  const { steps, summary } = planInstall(facts);
  t.match(
    steps.map((step) => (step.kind === 'service' ? step.verb : step.kind)),
    ['prove', 'file', 'load', 'trial', 'link', 'settle', 'prune'],
  );
  t.match(steps[1], { before: OLD, content: UNIT });
  t.match(steps[4], { before: '1.0.0', target: '1.2.3' });
  t.match(summary, { action: 'upgrade', from: '1.0.0', notes: [/does not start, 1\.0\.0 comes back/] });
  t.same(previousOf(facts), PREVIOUS, 'cut off once more, it is still known');
});

t.test('without the old version there is nothing to go back to', async (t) => {
  const facts = cutOff(t, false);
  t.equal(await asBeforeInterrupted(facts), facts);
  const done = installedFacts('system');
  t.equal(await asBeforeInterrupted(done), done);
});
