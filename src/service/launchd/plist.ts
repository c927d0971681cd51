// Renders a service definition as a launchd property list: pure. Values go into the parsed template, never into XML text,
// so that no value can change the document's structure.
import { build, type PlistValue, parse } from 'plist';
import { PearlError } from '../../base/errors.ts';
import type { Paths } from '../../config/paths.ts';
import { type ServiceDefinition, stopSeconds, superviseCommand } from '../definition.ts';
import { readTemplate } from '../fill-template.ts';
import { launchdLabel } from '../service-names.ts';
import { LAUNCHD_PATH } from '../service-path.ts';

/** What a placeholder may become; a list is spliced into the array around it, a record into the dictionary. */
type Value = string | number | string[] | Record<string, string>;

const PROCESS_TYPES = {
  standard: 'Standard',
  background: 'Background',
  adaptive: 'Adaptive',
  interactive: 'Interactive',
} as const;

/** The complete text of the plist. Throws INPUT_INVALID for values that XML cannot carry. */
export function renderPlist(definition: ServiceDefinition): string {
  const agent = definition.scope === 'user';
  const values: Record<string, Value> = {
    label: launchdLabel(definition.instance),
    command: superviseCommand(definition),
    environment: { PATH: LAUNCHD_PATH, HOME: definition.home, LANG: 'en_US.UTF-8', ...definition.environment },
    workingDirectory: definition.stateFolder,
    exitTimeOut: Math.ceil(stopSeconds(definition)),
    processType: PROCESS_TYPES[definition.resources.processProfile],
    crashLog: crashLogFile({ ...definition, home: definition.portableHome }),
    ...(agent
      ? { sessionTypes: definition.headless ? ['Aqua', 'Background'] : ['Aqua'] }
      : { userName: definition.account?.user ?? 'nobody' }),
  };
  const template = readTemplate(agent ? 'launchd/agent.plist' : 'launchd/daemon.plist');
  return renderPlistTemplate(template, values);
}

/**
 * Where launchd itself puts what a job says before it can log. Root opens a daemon's, so it lies beside the log folder: in that,
 * which is the account's, a link could lead root anywhere.
 */
export function crashLogFile(place: Pick<Paths, 'scope' | 'home' | 'logFolder' | 'stateFolder'>): string {
  return isRootsCrashLog(place) ? `${place.logFolder}.crash.log` : `${place.logFolder ?? place.stateFolder}/crash.log`;
}

/** Whether install has to make the file for the service's account. */
export function isRootsCrashLog({ scope, home, logFolder }: Pick<Paths, 'scope' | 'home' | 'logFolder'>): boolean {
  return scope === 'system' && home === null && logFolder !== null;
}

/** Fills a property-list template; template and values must name the same placeholders. */
export function renderPlistTemplate(template: string, values: Record<string, Value>): string {
  const unused = new Set(Object.keys(values));
  const filled = fill(parse(template), (name) => {
    const value = values[name];
    if (value === undefined) throw new PearlError('INTERNAL', `The template asks for an unknown value: ${name}.`);
    unused.delete(name);
    return checked(value);
  });
  if (unused.size > 0) throw new PearlError('INTERNAL', `The template does not use: ${[...unused].join(', ')}.`);
  return `${build(filled, { pretty: true, indent: '  ' })}\n`;
}

function placeholderIn(node: unknown): string | undefined {
  return typeof node === 'string' ? /^\{\{(\w+)\}\}$/.exec(node)?.[1] : undefined;
}

function fill(node: PlistValue, lookUp: (name: string) => Value): PlistValue {
  const name = placeholderIn(node);
  if (name !== undefined) return lookUp(name);
  if (Array.isArray(node)) return node.flatMap((item) => fill(item, lookUp));
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) !== Object.prototype) return node;
  const entries = Object.entries(node as Record<string, PlistValue>).flatMap(([key, item]): [string, PlistValue][] => {
    const inner = placeholderIn(key);
    return inner === undefined ? [[key, fill(item, lookUp)]] : Object.entries(lookUp(inner));
  });
  return Object.fromEntries(entries);
}

/** XML 1.0 has no way to write control characters, and a path with a line break is a mistake anyway. */
function checked(value: Value): Value {
  const texts = typeof value === 'object' ? Object.entries(value).flat() : [value];
  for (const text of texts) {
    if (typeof text === 'string' && /[\u0000-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/u.test(text)) {
      throw new PearlError('INPUT_INVALID', `${JSON.stringify(text)} has a line break or another control character.`, {
        hint: 'Use a path without control characters.',
      });
    }
  }
  return value;
}
