// Periodic patterns (protocol section 2): which lists of row or column indices a proof can carry. The native core has the
// same rule; it is repeated here, small, so that a wrong shape is refused before the addon is loaded or anything starts.

/** A legal pattern's figures: how many indices, where it repeats, its largest index. */
export interface Pattern {
  size: number;
  period: number;
  max: number;
}

/** Protocol section 2: at most three dimensions, factors and lengths of 1..256, a period of at most 2^24. */
const MAX_DIMENSIONS = 3;
const MAX_FACTOR = 256;
const MAX_PERIOD = 2 ** 24;

interface Dimension {
  /** The stride as a multiple of the extent of the dimension before it. */
  readonly factor: number;
  readonly length: number;
}

/**
 * The pattern that `indices` form.
 *
 * @param indices ascending from 0, without repeats.
 * @returns the pattern, or a sentence fragment that says why there is none.
 */
export function patternOf(indices: number[]): Pattern | string {
  const dimensions = dimensionsOf(indices);
  if (typeof dimensions === 'string') return dimensions;
  const period = dimensions.reduce((extent, { factor, length }) => extent * factor * length, 1);
  return { size: indices.length, period, max: indices.at(-1) ?? 0 };
}

/** The six bytes of a pattern in the mining configuration: `(factor-1, length-1)` of each dimension; null for no pattern. */
export function patternBytes(indices: number[]): Buffer | null {
  const dimensions = dimensionsOf(indices);
  if (typeof dimensions === 'string') return null;
  const bytes = Buffer.alloc(2 * MAX_DIMENSIONS);
  bytes.set(dimensions.flatMap(({ factor, length }) => [factor - 1, length - 1]));
  return bytes;
}

function dimensionsOf(indices: number[]): Dimension[] | string {
  if (indices.length === 0) return 'are empty';
  if (indices[0] !== 0) return 'must begin with 0';
  if (indices.some((index, at) => at > 0 && index <= (indices[at - 1] ?? 0))) return 'must rise from one to the next';
  const dimensions: Dimension[] = [];
  let extent = 1;
  let known = 1;
  while (known < indices.length) {
    if (dimensions.length === MAX_DIMENSIONS) return 'need more than three dimensions';
    const stride = indices[known] ?? 0;
    const length = repeats(indices, known, stride);
    if (length < 2 || stride % extent !== 0) return 'do not repeat evenly';
    const factor = stride / extent;
    if (factor > MAX_FACTOR || length > MAX_FACTOR) return `step or repeat by more than ${MAX_FACTOR}`;
    dimensions.push({ factor, length });
    extent = stride * length;
    known *= length;
  }
  return extent > MAX_PERIOD ? 'have a period above 2^24' : dimensions;
}

/** How often the first `known` indices recur at multiples of `stride`, and whether the list breaks off in the middle: 0. */
function repeats(indices: number[], known: number, stride: number): number {
  let length = 1;
  while ((length + 1) * known <= indices.length) {
    const base = length * known;
    const shifted = length * stride;
    let equal = true;
    for (let at = 0; at < known && equal; at += 1) equal = indices[base + at] === (indices[at] ?? 0) + shifted;
    if (!equal) break;
    length += 1;
  }
  return indices.length % (length * known) === 0 ? length : 0;
}
