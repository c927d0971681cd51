// The doctor's answer: the model behind the text and the `--json` document, and the text for a terminal of any width. Pure.
import { fixCommand, fixText } from '../base/fix.ts';
import type { InstanceFlags, Scope } from '../base/instance.ts';
import { wrapWords } from '../base/text-lines.ts';
import { shortenAddresses } from '../state/status/shorten-addresses.ts';
import { AREAS, type Check } from './check.ts';
import type { Examined } from './examine-all.ts';
import { type FindingStatus, withoutStop } from './finding.ts';

/** The `--json` document; keys are only ever added. */
export interface DoctorModel extends ReportFacts {
  readonly schemaVersion: 1;
  readonly counts: Readonly<Record<FindingStatus, number>>;
  readonly checks: readonly {
    readonly id: string;
    readonly area: Check['area'];
    readonly question: string;
    readonly status: FindingStatus;
    readonly fact: string;
    readonly fix: string | null;
    /** The command of the fix that a program can run, word by word. */
    readonly command: readonly string[] | null;
    /** The service's account, where root asked as that; null otherwise. */
    readonly asUser: string | null;
    readonly elapsedMs: number;
  }[];
}

export interface ReportFacts {
  readonly version: string;
  readonly scope: Scope;
  readonly instance: string | null;
}

/** @param flags what names this instance in the commands that are shown. */
export function doctorModel(facts: ReportFacts, examined: readonly Examined[], flags: InstanceFlags = {}): DoctorModel {
  const count = (status: FindingStatus) => examined.filter(({ finding }) => finding.status === status).length;
  return {
    schemaVersion: 1,
    ...facts,
    counts: { ok: count('ok'), warning: count('warning'), problem: count('problem'), skipped: count('skipped') },
    checks: examined.map(({ check, finding, asUser, elapsedMs }) => ({
      id: check.id,
      area: check.area,
      question: check.question,
      status: finding.status,
      fact: finding.fact,
      fix: finding.fix && withoutStop(fixText(finding.fix, flags)),
      command: finding.fix && fixCommand(finding.fix, flags),
      asUser,
      elapsedMs,
    })),
  };
}

const MARKS: Readonly<Record<FindingStatus, { mark: string; paint: string }>> = {
  ok: { mark: '✓', paint: '32' },
  warning: { mark: '!', paint: '33' },
  problem: { mark: '✗', paint: '31' },
  skipped: { mark: '–', paint: '2' },
};

const ID_WIDTH = 15;
/** Two spaces, the mark, a space, the id, two spaces. */
const INDENT = ID_WIDTH + 6;
const WIDE = ' '.repeat(INDENT);
/** Of a text with a word that is too long for what is left behind that. */
const NARROW = ' '.repeat(4);

/** One line for each check, its fix below it; areas as headings; a sentence at the end. */
export function renderDoctor(model: DoctorModel, terminal: { colour: boolean; width: number }): string {
  const paint = (code: string, text: string) => (terminal.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = AREAS.flatMap((area) => {
    const checks = model.checks.filter((check) => check.area === area);
    if (checks.length === 0) return [];
    const rows = checks.flatMap(({ id, status, fact, fix, asUser }) => {
      const { mark, paint: code } = MARKS[status];
      const whole = asUser === null ? fact : `${fact} (asked as ${asUser})`;
      const facts = block(withShortAddresses(whole, terminal.width - NARROW.length), terminal.width);
      // Beside the id stands nothing that is too long for it.
      const first = facts[0]?.startsWith(WIDE) ? facts.shift()?.slice(INDENT) : '';
      const head = `  ${paint(code, mark)} ${id.padEnd(ID_WIDTH)}  ${first}`.trimEnd();
      return [head, ...facts, ...(fix === null ? [] : block(`→ ${fix}`, terminal.width))];
    });
    return [paint('1', area), ...rows, ''];
  });
  return [...lines, ...wrap(conclusion(model), terminal.width), ''].join('\n');
}

function conclusion({ counts, scope, instance }: DoctorModel): string {
  const whose = `${scope} scope${instance === null ? '' : `, instance ${instance}`}`;
  const parts = [
    plural(counts.problem, 'problem'),
    plural(counts.warning, 'warning'),
    ...(counts.skipped === 0 ? [] : [`${counts.skipped} not looked at`]),
  ];
  if (counts.problem + counts.warning > 0) return `${parts.join(', ')} (${whose}).`;
  if (counts.ok === 0) return `Nothing could be looked at (${whose}; ${parts[2]}).`;
  return counts.skipped === 0 ? `Nothing is wrong (${whose}).` : `Nothing is wrong (${whose}; ${parts[2]}).`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The list of `--list`. */
export function renderList(checks: readonly Check[]): string {
  return `${checks.map(({ id, question }) => `${id.padEnd(ID_WIDTH)}  ${question}`).join('\n')}\n`;
}

/** Nothing is wrapped to less than this. */
const NARROWEST = 20;

/** An address that no line has room for loses its middle: it must not push the reason away. */
function withShortAddresses(text: string, columns: number): string {
  return text.replace(/\S+/g, (word) => shortenAddresses(word, columns));
}

/** The lines of a text with their indent: a smaller one where that makes the room that an address or a path needs. */
function block(text: string, columns: number): string[] {
  const longest = Math.max(...text.split(' ').map((word) => word.length));
  const isNeeded = longest > Math.max(columns - INDENT, NARROWEST);
  const indent = isNeeded && longest <= columns - NARROW.length ? NARROW : WIDE;
  return wrap(text, columns - indent.length).map((line) => `${indent}${line}`);
}

function wrap(text: string, columns: number): string[] {
  return wrapWords(text, Math.max(columns, NARROWEST));
}
