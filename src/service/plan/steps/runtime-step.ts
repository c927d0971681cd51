// The copy of the program that the service runs, in a folder for its version. Uninstall removes the whole root of them.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import { claimProgram } from '../../launchd/mac-program.ts';
import { layRuntime } from '../../runtime/lay.ts';
import type { RuntimeSource } from '../../runtime/runtime-source.ts';
import { entryPath } from './entry-fields.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface RuntimeStep {
  kind: 'runtime';
  folder: string;
  source: RuntimeSource;
}

export const runtimeEntry = v.object({ kind: v.literal('runtime'), path: entryPath });

export const RUNTIME: InstallStepKind<RuntimeStep, v.InferOutput<typeof runtimeEntry>> = {
  describe({ folder, source: { version, files, node } }) {
    return [`copy pearlctl ${version} to ${folder} (${files.length} files${node.how === 'copy' ? ' and Node' : ''})`];
  },
  model({ kind, folder, source: { version, digest, node, files } }) {
    return { kind, folder, version, digest, node, files: files.map(({ to }) => to) };
  },
  record: async ({ folder }) => ({ kind: 'runtime', path: folder }),
  async apply({ folder, source }, { caller, manager, run, instance }) {
    const mended = existsSync(folder);
    const mac = manager.kind === 'launchd' && source.node.how === 'copy';
    const claim = mac ? (path: string) => claimProgram(run, path, instance) : undefined;
    await layRuntime(source, folder, caller.platform, claim);
    // A folder that it replaces held the same version, damaged: there is nothing in it to go back to.
    return mended ? {} : { now: () => rm(folder, { recursive: true, force: true }) };
  },
};
