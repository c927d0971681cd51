// "Did you mean …?": the known word nearest to a mistyped one.

/** Levenshtein distance: insertions, deletions and substitutions that turn one word into the other. */
function distance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The nearest of the known words, if it is near enough to be what was meant (a third of the letters, at least one). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.slice(0, 64);
  const limit = Math.max(1, Math.floor(typed.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(typed, candidate) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= limit ? best.candidate : undefined;
}
