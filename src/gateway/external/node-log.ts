// What the supervisor's log says of the node: one line when it goes, comes back, refuses or syncs, and none for each look or
// for each gateway that was started in between.
import type { NodeTrouble } from './node-trouble.ts';

export class NodeLog {
  readonly #say: (level: 'info' | 'warn', text: string) => void;
  #told: string | null = null;

  constructor(say: (level: 'info' | 'warn', text: string) => void) {
    this.#say = say;
  }

  /** @param blocks the height of the node's chain, or null where it does not answer. */
  tell(trouble: NodeTrouble | null, url: string, blocks: number | null): void {
    const standing = `${trouble?.kind ?? 'well'} ${url}`;
    if (standing === this.#told) return;
    this.#told = standing;
    if (trouble === null)
      this.#say('info', `the node at ${url} is well${blocks === null ? '' : `, at block ${blocks}`}`);
    else this.#say('warn', `${trouble.reason} (${url})`);
  }
}
