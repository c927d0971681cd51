// Decides which Node the service will run on: the one in use where it will still be there after the next update of a
// version manager, otherwise a copy of it. Pure.
import type { Scope } from '../../base/instance.ts';

export interface NodeFacts {
  /** The running Node, links resolved. */
  path: string;
  scope: Scope;
  platform: NodeJS.Platform;
  /** Owner of the file, and whether others may write it or a folder above it. */
  ownerUid: number;
  writableByOthers: boolean;
  /** The folder of installed runtimes: a Node in there is a copy of ours. */
  runtimeRoot: string;
  /** The folder of the running program, which may have brought its Node. */
  program: string;
}

export type NodePin = { how: 'in-place'; path: string } | { how: 'copy'; path: string; reason: string };

/** Folders in which version managers and the like keep a Node only until they replace it. */
const SHORT_LIVED: readonly (readonly [pattern: RegExp, owner: string])[] = [
  [/\/\.nvm\/|\/nvm\/versions\//, 'nvm'],
  [/\/\.?fnm(?:_multishells)?\/|\/fnm\/node-versions\//, 'fnm'],
  [/\/\.volta\//, 'volta'],
  [/\/\.?asdf\//, 'asdf'],
  [/\/mise\/(?:installs|shims)\/|\/\.rtx\//, 'mise'],
  [/\/\.?nodenv\//, 'nodenv'],
  [/\/n\/versions\//, 'n'],
  [/\/Cellar\/|\/\.linuxbrew\//, 'Homebrew'],
  [/^\/snap\//, 'snap'],
  [/\/_npx\/|\/node_modules\//, 'an npm package'],
  [/^\/(?:tmp|var\/tmp|private\/tmp|var\/folders|private\/var\/folders)\//, 'a temporary folder'],
];

/** Where a system's own Node lives, on every distribution and on macOS. */
const STABLE = /^\/(?:usr|opt|bin|nix)\//;

/** In place, or a copy and why. */
export function choosePin(facts: NodeFacts): NodePin {
  const { path } = facts;
  const copy = (reason: string): NodePin => ({ how: 'copy', path, reason });
  if (path.startsWith(`${facts.runtimeRoot}/`)) return copy('it belongs to an installed pearlctl');
  if (path.startsWith(`${facts.program}/`)) return copy('it came with pearlctl, in a folder that may go');
  const manager = SHORT_LIVED.find(([pattern]) => pattern.test(path))?.[1];
  if (manager !== undefined) return copy(`${manager} may replace it`);
  // What the system lists is the file's name, and macOS looks through a link: there a copy under our name is the only way.
  if (facts.platform === 'darwin') return copy('macOS lists a service by the name of its program');
  if (!STABLE.test(path)) return copy('it is not in a folder of the system');
  if (facts.scope === 'system' && facts.ownerUid !== 0) return copy('it does not belong to root');
  if (facts.scope === 'system' && facts.writableByOthers) return copy('others than root may write it');
  return { how: 'in-place', path };
}
