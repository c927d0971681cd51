// Every process that the demo has ever seen in the sidecar, so that at the end it can prove that none is left. A later
// process with the same pid is told apart by its identity, and never touched.
import type { Paths } from '../../config/paths.ts';
import { isAlive } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';

export interface Trace {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
}

export class Traces {
  readonly #seen = new Map<string, Trace>();

  /** Remembers the processes that the sidecar names right now. */
  note(paths: Paths): void {
    const sidecar = readSidecar(paths.sidecarFile);
    if (sidecar.kind !== 'valid') return;
    const { supervisor, children } = sidecar.value;
    this.#add('supervisor', supervisor);
    this.#add('gateway', children.gateway);
    this.#add('miner', children.miner);
  }

  /** Those of them that live. */
  alive(): Trace[] {
    return [...this.#seen.values()].filter((trace) => isAlive(trace.pid, trace.identity));
  }

  #add(name: string, process: { readonly pid: number | null; readonly identity: string | null } | null): void {
    if (!process || process.pid === null || process.identity === null) return;
    this.#seen.set(`${process.pid} ${process.identity}`, { name, pid: process.pid, identity: process.identity });
  }
}
