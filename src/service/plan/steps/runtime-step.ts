// The copy of the program that the service runs, in a folder for its version. Uninstall removes the whole root of them.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { PearlError } from '../../../base/errors.ts';
import { claimProgram } from '../../launchd/mac-program.ts';
import type { RunCommand } from '../../run-program.ts';
import { layRuntime } from '../../runtime/lay.ts';
import { LASTING_NODES } from '../../runtime/node-files.ts';
import type { RuntimeSource } from '../../runtime/runtime-source.ts';
import { entryPath } from './entry-fields.ts';
import type { InstallStepKind } from './step-kind.ts';

/** A first start from a slow disk. */
const NODE_LIMIT_MS = 30_000;

export interface RuntimeStep {
  kind: 'runtime';
  folder: string;
  source: RuntimeSource;
}

export const runtimeEntry = v.object({ kind: v.literal('runtime'), path: entryPath });

/** Before a service manager is given it: what does not start there says why to no person. Throws SERVICE_FAILED. */
async function tryNode(run: RunCommand, folder: string): Promise<void> {
  const program = join(folder, 'bin', 'pearlctl');
  const { code, stdout, stderr } = await run([program, '--version'], { timeoutMs: NODE_LIMIT_MS });
  if (code === 0 && /^v\d+\./.test(stdout)) return;
  const said = stderr.trim().split('\n').slice(0, 3).join(' ').slice(0, 300);
  throw new PearlError(
    'SERVICE_FAILED',
    `The copy of this Node does not start (exit code ${code}${said === '' ? '' : `: ${said}`}).`,
    {
      hint: `Install with another Node: ${LASTING_NODES}.`,
    },
  );
}

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
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      await tryNode(run, folder);
    } catch (error) {
      await remove();
      throw error;
    }
    // A folder that it replaces held the same version, damaged: there is nothing in it to go back to.
    return mended ? {} : { now: remove };
  },
};
