// What the provider starts its supervisor as. In a program with Node inside, `process.execPath` is that program, and starting it
// again would open a second window of it.
import { existsSync } from 'node:fs';
import { isSea } from 'node:sea';
import { PearlError } from '../base/errors.ts';
import { programEntry } from '../base/packaging/this-copy.ts';

export interface NodeProgram {
  readonly node: string;
  /** The entry point of pearlctl. */
  readonly cli: string;
  /** What its environment needs beyond the caller's. */
  readonly env: Readonly<Record<string, string>>;
}

/** Of a process, as far as it matters here. */
export interface Host {
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly isSingleFile: boolean;
}

const HOST: Host = { execPath: process.execPath, versions: process.versions, isSingleFile: isSea() };

/**
 * Electron becomes Node with `ELECTRON_RUN_AS_NODE` (Electron's documentation, "Environment Variables"); its supervisor hands the
 * variable on to gateway and miner.
 *
 * @throws PearlError INPUT_INVALID in a program that cannot become Node, without `nodePath`.
 */
export function nodeProgram(nodePath: string | undefined, host: Host = HOST): NodeProgram {
  const cli = unpacked(programEntry());
  if (nodePath !== undefined) return { node: nodePath, cli, env: {} };
  if (host.versions.electron !== undefined) return { node: host.execPath, cli, env: { ELECTRON_RUN_AS_NODE: '1' } };
  if (host.isSingleFile || host.versions.nw !== undefined) {
    throw new PearlError('INPUT_INVALID', `${host.execPath} holds Node and cannot be started as Node.`, {
      hint: 'Install Node 20.19 or newer, and give its path: new CpuPearlProvider({ nodePath })',
    });
  }
  return { node: host.execPath, cli, env: {} };
}

/** A Node that is not Electron's cannot look into its archives; what is listed under asarUnpack lies beside them. */
function unpacked(path: string): string {
  const beside = path.replace(/\.asar(?=[/\\])/, '.asar.unpacked');
  return beside !== path && existsSync(beside) ? beside : path;
}
