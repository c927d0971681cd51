// Orders versions as semver.org does (sections 10 and 11): numbers by value, a pre-release before its release.

/** Negative when `a` comes before `b`, 0 when neither comes first, positive otherwise. */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = split(a);
  const [coreB, preB] = split(b);
  const core = comparePartwise(coreA, coreB);
  if (core !== 0 || preA.length + preB.length === 0) return core;
  if (preA.length === 0) return 1;
  if (preB.length === 0) return -1;
  return comparePartwise(preA, preB);
}

/** Build metadata after a plus sign does not count. */
function split(version: string): [core: string[], preRelease: string[]] {
  const [withoutBuild = ''] = version.split('+');
  const [core = '', ...rest] = withoutBuild.split('-');
  const preRelease = rest.join('-');
  return [core.split('.'), preRelease === '' ? [] : preRelease.split('.')];
}

function comparePartwise(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const [m, n] = [number(x), number(y)];
    if (m !== null && n !== null && m !== n) return m - n;
    if ((m === null) !== (n === null)) return m === null ? 1 : -1;
    if (m === null && x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function number(part: string): number | null {
  return /^\d+$/.test(part) ? Number(part) : null;
}
