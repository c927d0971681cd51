// A unit that a package of the distribution brought, with the program that it runs. Such a service belongs to the package manager:
// `install` lays no copy, and what this machine's configuration asks for besides goes into a drop-in.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CopyOwner, isManaged, managerLine } from '../base/packaging/owner.ts';
import { programOwner } from '../base/packaging/this-copy.ts';
import { isOurs, type ServiceDefinition } from './definition.ts';
import { type DefinitionPlace, type ManagerKind, packagedPlaces } from './place.ts';
import { renderUnit } from './systemd/unit.ts';

export interface Packaged {
  /** The unit. */
  readonly file: string;
  readonly text: string;
  /** What it runs: Node, the script, and the folder of the program. */
  readonly executable: string;
  readonly script: string;
  readonly folder: string;
  readonly owner: 'deb' | 'rpm' | 'brew';
  /** Another definition of the same name is in force instead. */
  readonly hidden: boolean;
}

/** The package's unit of that name; null where there is none, or one of another program. @param root before every path, for tests. */
export function findPackaged(kind: ManagerKind, place: DefinitionPlace, ownFile: string, root = ''): Packaged | null {
  const file = packagedPlaces(kind, place).find((path) => existsSync(join(root, path)));
  if (file === undefined) return null;
  const text = readFileSync(join(root, file), 'utf8');
  const [, executable = '', script = ''] = /^ExecStart=(\S+) (?:\S+ )*?(\S+\.mjs)(?: |$)/m.exec(text) ?? [];
  const folder = dirname(script);
  if (!isOurs(text) || !existsSync(join(root, folder, 'package.json'))) return null;
  const owner: CopyOwner = programOwner(join(root, folder));
  return isManaged(owner) ? { file, text, executable, script, folder, owner, hidden: existsSync(ownFile) } : null;
}

/** The drop-in for a package's unit, below the folder of the units that the administrator has. */
export function dropInFile(ownFile: string): string {
  return join(`${ownFile}.d`, '50-pearlctl.conf');
}

/** What the drop-in has to say for this service; null where the unit says all of it. */
export function renderDropIn({ text }: Packaged, definition: ServiceDefinition): string | null {
  const there = new Set(text.split('\n'));
  const wanted = renderUnit({ ...definition, refused: [] }).split('\n');
  const lines = wanted
    .filter((line) => /^[A-Z]\w+=/.test(line) && !there.has(line) && !isLongEnough(line, text))
    // A command is replaced by emptying it first.
    .flatMap((line) => (line.startsWith('Exec') ? [line.replace(/=.*/, '='), line] : [line]));
  const refused = (definition.refused ?? []).map((name) => `${name}=no`);
  return lines.length + refused.length === 0
    ? null
    : [emptyDropIn(definition).trimEnd(), ...lines, ...refused, ''].join('\n');
}

/** A drop-in that changes nothing. */
export function emptyDropIn({ version }: Pick<ServiceDefinition, 'version'>): string {
  const head = `# What the configuration changes of the package’s unit, written by pearlctl ${version}.`;
  return [head, '# `pearlctl install` replaces this file.', '[Service]', ''].join('\n');
}

/** A package's unit waits for the longest stop that it can: no shorter one has to be said. */
function isLongEnough(line: string, text: string): boolean {
  const [seconds, there] = [line, text].map((one) => Number(/^TimeoutStopSec=([\d.]+)$/m.exec(one)?.[1] ?? Number.NaN));
  return seconds !== undefined && there !== undefined && seconds <= there;
}

/** What upgrades or removes the program, as a sentence's imperative. */
export function typeLine({ owner }: Packaged, verb: 'upgrade' | 'remove'): string {
  return `Type: ${managerLine(owner, verb)}`;
}
