// An upgrade that was cut off, by a power cut say, may have left a version that cannot start. What it had begun from stands in the
// manifest, and the next install sets out from there: it then ends in a version that runs, the new one or the old.
import { basename, join } from 'node:path';
import type { Manifest } from '../manifest.ts';
import { readSeal } from '../runtime/lay.ts';
import type { InstallFacts } from './install-facts.ts';

/** The version that runs, to go into the manifest before the first step; null where there is no version that one could go back to. */
export function previousOf(facts: InstallFacts): NonNullable<Manifest['previous']> | null {
  const { manifest, currentTarget: target, definitionThere, state, runtimeFolder } = facts;
  if (manifest === null || target === null || definitionThere.text === null || target === basename(runtimeFolder))
    return null;
  const running = state.active === 'active' || state.active === 'activating';
  return { version: manifest.version, target, definition: definitionThere.text, running };
}

/** The facts as they were before the upgrade that was cut off, where its old version is still whole. */
export async function asBeforeInterrupted(facts: InstallFacts): Promise<InstallFacts> {
  const { manifest, runtimeRoot, runtimeFolder, definitionThere, state } = facts;
  const previous = manifest?.previous ?? null;
  if (manifest === null || manifest.complete || previous === null) return facts;
  // A definition that another program has put there meanwhile is for the plan to refuse.
  if (definitionThere.text === null || previous.target === basename(runtimeFolder)) return facts;
  if ((await readSeal(join(runtimeRoot, previous.target))) === null) return facts;
  return {
    ...facts,
    manifest: { ...manifest, version: previous.version, previous: null, complete: true },
    interrupted: true,
    currentTarget: previous.target,
    definitionThere: { text: previous.definition, link: null },
    state: previous.running ? { ...state, active: 'active' } : state,
  };
}
