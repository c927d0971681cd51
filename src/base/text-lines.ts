// Texts in lines: broken between words, or compared line by line.

/** Lines of at most `columns`, broken between words; a longer word stays whole on a line of its own, so that it can be copied. */
export function wrapWords(text: string, columns: number): string[] {
  const [first = '', ...words] = text.split(' ');
  const lines = [first];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Unchanged lines that are shown around a change. */
const CONTEXT = 2;
/** Longer texts are compared as a whole: the table below grows with the product of the lengths. */
const MAX_LINES = 2000;

type MarkedLine = readonly [mark: ' ' | '-' | '+', text: string];

/** Lines marked `-`, `+` or blank, groups apart from each other by `…`; empty when the texts are equal. */
export function diffLines(before: string, after: string): string[] {
  if (before === after) return [];
  const [a, b] = [splitLines(before), splitLines(after)];
  const lines = a.length > MAX_LINES || b.length > MAX_LINES ? wholesale(a, b) : compare(a, b);
  const near = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([mark]) => mark !== ' '),
  );
  return lines.flatMap(([mark, text], index) => {
    if (near[index]) return [`${mark} ${text}`.trimEnd()];
    return index === 0 || near[index - 1] ? ['…'] : [];
  });
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function wholesale(a: string[], b: string[]): MarkedLine[] {
  return [...a.map((text): MarkedLine => ['-', text]), ...b.map((text): MarkedLine => ['+', text])];
}

/** Longest common subsequence by dynamic programming. */
function compare(a: string[], b: string[]): MarkedLine[] {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: MarkedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i] ?? '']);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(['-', a[i++] ?? '']);
    else lines.push(['+', b[j++] ?? '']);
  }
  return lines;
}
