// Changes of the network's rules that a node knows before they hold, from the soft forks that it lists. A fork that its
// release switches on by height alone, as Pearl's were so far, is in no answer of the node. Pure.
import * as v from 'valibot';

export interface RuleChange {
  readonly name: string;
  /** The first block under the new rules. */
  readonly height: number;
}

/** `softforks` as nodes since Bitcoin Core 0.19 print it: by name, each with the height from which it holds. */
const softForks = v.record(v.string(), v.object({ height: v.pipe(v.number(), v.integer()), active: v.boolean() }));
const MAX_NAME = 40;

/** What `getblockchaininfo` lists that comes after block `blocks`, the nearest first. */
export function comingRuleChanges(softforks: unknown, blocks: number): RuleChange[] {
  const read = v.safeParse(softForks, softforks);
  if (!read.success) return [];
  return Object.entries(read.output)
    .filter(([, { active, height }]) => !active && height > blocks)
    .map(([name, { height }]) => ({ name: name.slice(0, MAX_NAME), height }))
    .sort((a, b) => a.height - b.height);
}
