// The texts by which Homebrew, Arch and Nix make their packages of a release: templates, filled with where its files lie and
// with their digests.

/** The name in the release, and the template below templates/packages. */
export const RECIPES = {
  'pearlctl.rb': 'homebrew/pearlctl.rb',
  PKGBUILD: 'aur/PKGBUILD',
  'flake.nix': 'nix/flake.nix',
};

export interface RecipeFacts {
  readonly version: string;
  /** The address of the folder that the files are fetched from, without a slash at its end. */
  readonly base: string;
  /** SHA-256 of a file by its name, hexadecimal; undefined for one that the release does not have. */
  readonly digestOf: (name: string) => string | undefined;
}

/** The filled text. Throws for a file that is not in the release, and for a place that nothing fills. */
export function fillRecipe(template: string, { version, base, digestOf }: RecipeFacts): string {
  const text = template
    .replaceAll('@VERSION@', version)
    .replaceAll('@BASE@', base)
    .replaceAll(/@SHA256 ([^@\n]+)@/g, (_all, name: string) => {
      const digest = digestOf(name);
      if (digest === undefined) throw new Error(`The release has no ${name}. Make it with --targets all.`);
      return digest;
    });
  const [left] = /@[A-Z0-9]+[ @]/.exec(text) ?? [];
  if (left !== undefined) throw new Error(`Nothing fills ${left} of the template.`);
  return text;
}
