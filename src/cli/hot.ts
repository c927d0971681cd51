// The hot commands: typed often, run by scripts every few seconds, or started by the supervisor in the place of one that
// died. Their simple spellings are recognised here without the argument parser; anything else, and every mistake, is left
// to it, so that there is one voice for errors and help.
import type { Command } from './command.ts';
import { COLOUR_CHOICES } from './terminal.ts';

interface HotEntry {
  /** Flags without a value. */
  readonly switches: readonly string[];
  /** Flags with one: any text, or one of these words. */
  readonly values: Readonly<Record<string, readonly string[] | 'any'>>;
  load(): Promise<{ readonly command: Command }>;
}

const PLACE = { config: 'any', scope: ['user', 'system'], instance: 'any', color: COLOUR_CHOICES } as const;

const HOT: Readonly<Record<string, HotEntry>> = {
  gateway: { switches: [], values: PLACE, load: () => import('./commands/gateway.ts') },
  mine: { switches: [], values: { ...PLACE, gateway: 'any' }, load: () => import('./commands/mine.ts') },
  pause: { switches: ['json'], values: PLACE, load: () => import('./commands/pause.ts') },
  resume: { switches: ['json'], values: PLACE, load: () => import('./commands/resume.ts') },
  status: {
    switches: ['json', 'watch'],
    values: { ...PLACE, field: 'any' },
    load: () => import('./commands/status.ts'),
  },
  supervise: { switches: [], values: PLACE, load: () => import('./commands/supervise.ts') },
};

export interface HotCall {
  readonly entry: HotEntry;
  readonly args: Record<string, string | boolean>;
}

/** The hot command that these words spell plainly, with its arguments, or null. */
export function findHot(words: readonly string[]): HotCall | null {
  const entry = Object.hasOwn(HOT, words[0] ?? '') ? HOT[words[0] ?? ''] : undefined;
  if (!entry) return null;
  const args: Record<string, string | boolean> = {};
  for (let i = 1; i < words.length; i++) {
    const [, name, attached] = /^--([a-z]+)(?:=(.+))?$/s.exec(words[i] ?? '') ?? [];
    if (name === undefined || name in args) return null;
    if (attached === undefined && entry.switches.includes(name)) {
      args[name] = true;
      continue;
    }
    const allowed = Object.hasOwn(entry.values, name) ? entry.values[name] : undefined;
    const value = attached ?? words[++i];
    if (!allowed || !value || value.startsWith('-')) return null;
    if (allowed !== 'any' && !allowed.includes(value)) return null;
    args[name] = value;
  }
  return { entry, args };
}
