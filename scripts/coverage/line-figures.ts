// The figures of a coverage run: lines of code and those that did not run, per file, per folder and in all.
import { resolve, sep } from 'node:path';
import { codeLines } from './code-lines.ts';

export interface FileLines {
  readonly file: string;
  readonly code: number;
  readonly missed: readonly number[];
}

/** How many files with holes are shown, and how many holes of each. */
const FILES_SHOWN = 20;
const HOLES_SHOWN = 6;

/** Files of types alone have no code, and are left out. */
export async function linesOf(
  files: readonly string[],
  covered: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<FileLines[]> {
  const figures: FileLines[] = [];
  for (const file of files) {
    const code = await codeLines(file);
    const ran = covered.get(resolve(file));
    const missed = code.filter((line) => !ran?.has(line));
    if (code.length > 0) figures.push({ file, code: code.length, missed });
  }
  return figures;
}

/** One row for each folder of src, and one for all. */
export function folderRows(files: readonly FileLines[]): string[] {
  const folders = new Map<string, FileLines[]>();
  for (const entry of files) {
    const [, folder = '', ...below] = entry.file.split(sep);
    const name = below.length > 0 ? `src/${folder}` : 'src (its files)';
    folders.set(name, [...(folders.get(name) ?? []), entry]);
  }
  return [...folders, ['all', files] as const].map(([name, entries]) => {
    const code = sum(entries.map((entry) => entry.code));
    const ran = code - sum(entries.map((entry) => entry.missed.length));
    return `${percent(ran, code)}  ${name.padEnd(16)} ${ran} of ${code}`;
  });
}

/** The files with the most lines that did not run, and these lines. */
export function holeRows(files: readonly FileLines[]): string[] {
  return files
    .filter((entry) => entry.missed.length > 0)
    .sort((a, b) => b.missed.length - a.missed.length)
    .slice(0, FILES_SHOWN)
    .map(({ file, code, missed }) => `${String(missed.length).padStart(4)} of ${code}  ${file}: ${holes(missed)}`);
}

/** `3-9, 14`, the longest first where there are too many. */
function holes(missed: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const line of missed) {
    const last = ranges.at(-1);
    // Comments and blank lines between two missed lines do not end a hole.
    if (last !== undefined && line - last.to <= 2) last.to = line;
    else ranges.push({ from: line, to: line });
  }
  const shown = ranges
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, HOLES_SHOWN)
    .sort((a, b) => a.from - b.from)
    .map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  return shown.join(', ') + (ranges.length > HOLES_SHOWN ? ', …' : '');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1).padStart(5)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
