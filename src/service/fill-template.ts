// Reads the templates that ship with the program. A template is readable as it is; `{{name}}` marks where a value goes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PearlError } from '../base/errors.ts';
import { programFolder } from '../base/packaging/this-copy.ts';

export type TemplateName =
  | 'systemd/system.service'
  | 'systemd/user.service'
  | 'launchd/agent.plist'
  | 'launchd/daemon.plist'
  | 'grafana/dashboard.json'
  | 'grafana/alerts.yml'
  | `completion/pearlctl.${'bash' | 'zsh' | 'fish'}`;

/** The text of a template; throws INTERNAL when the installation lost it. */
export function readTemplate(name: TemplateName): string {
  const file = join(programFolder(), 'templates', name);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PearlError('INTERNAL', `The template ${file} cannot be read.`, {
      hint: 'Install pearlctl again: its files are incomplete.',
      cause,
    });
  }
}

/**
 * Puts text into a template line by line.
 *
 * A placeholder alone on its line stands for any number of lines, and vanishes for none. Throws when the template and the
 * values do not name the same placeholders, so that neither can drift from the other.
 */
export function fillLines(template: string, values: Record<string, string | string[]>): string {
  const unused = new Set(Object.keys(values));
  const lookUp = (name: string): string | string[] => {
    const value = values[name];
    if (value === undefined) throw new PearlError('INTERNAL', `The template asks for an unknown value: ${name}.`);
    unused.delete(name);
    return value;
  };
  const lines = template.split('\n').flatMap((line) => {
    const alone = /^\{\{(\w+)\}\}$/.exec(line);
    if (alone?.[1] !== undefined) return lookUp(alone[1]);
    return line.replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) => {
      const value = lookUp(name);
      if (typeof value !== 'string') throw new PearlError('INTERNAL', `The value ${name} needs lines of its own.`);
      return value;
    });
  });
  if (unused.size > 0) throw new PearlError('INTERNAL', `The template does not use: ${[...unused].join(', ')}.`);
  return lines.join('\n');
}
