// The owner of a copy of pearlctl, which alone may replace its files: a package manager, npm, the person who unpacked an archive,
// the checkout that it was built in, or our own `install`. Pure: what was found beside the program goes in.

/** Owners that a package names in a file of its own (`MARKER`), beside `package.json`. */
const MARKED = ['deb', 'rpm', 'brew', 'pacman', 'nix', 'tar'] as const;

export type CopyOwner = (typeof MARKED)[number] | 'npm' | 'checkout' | 'service';

/** A file of one word beside `package.json`, written by the script that makes the package. */
export const MARKER = 'owner';

/** What is known of the folder that holds `package.json`. */
export interface CopyFacts {
  /** Its path, links resolved. */
  readonly folder: string;
  /** What the marker says; null without one. */
  readonly marker: string | null;
  /** Whether `install` laid it down for a service (`.complete`). */
  readonly laid: boolean;
  /** Whether the Rust sources lie in it. */
  readonly sources: boolean;
}

/** The owner. A folder that says nothing of itself was unpacked or copied by hand. */
export function ownerOf({ folder, marker, laid, sources }: CopyFacts): CopyOwner {
  if (laid) return 'service';
  const marked = MARKED.find((owner) => owner === marker?.trim());
  if (marked !== undefined) return marked;
  if (/\/(?:Cellar|\.linuxbrew)\//.test(`${folder}/`)) return 'brew';
  if (folder.includes('/node_modules/')) return 'npm';
  return sources ? 'checkout' : 'tar';
}

/** Owners whose packages may bring a unit, which then only the package manager replaces or removes. */
export function isManaged(owner: CopyOwner): owner is 'deb' | 'rpm' | 'brew' {
  return owner === 'deb' || owner === 'rpm' || owner === 'brew';
}

/** What such a manager is told, as a line to type. */
export function managerLine(owner: 'deb' | 'rpm' | 'brew', verb: 'upgrade' | 'remove'): string {
  const lines = {
    deb: { upgrade: 'sudo apt-get install --only-upgrade pearlctl', remove: 'sudo apt-get remove pearlctl' },
    rpm: { upgrade: 'sudo dnf upgrade pearlctl', remove: 'sudo dnf remove pearlctl' },
    brew: { upgrade: 'brew upgrade pearlctl', remove: 'brew uninstall pearlctl' },
  } as const;
  return lines[owner][verb];
}

/** What puts a whole program of the same version there again, as an imperative. */
export const REINSTALL: Readonly<Record<CopyOwner, string>> = {
  deb: 'Install it again: sudo apt-get install --reinstall pearlctl',
  rpm: 'Install it again: sudo dnf reinstall pearlctl',
  brew: 'Install it again: brew reinstall pearlctl',
  pacman: 'Install the package pearlctl-bin again',
  nix: 'Have Nix repair its store: sudo nix-store --verify --check-contents --repair',
  npm: 'Install it again: npm install -g pearlctl',
  tar: 'Unpack the archive again',
  checkout: 'Build it: npm run setup',
  service: 'Install the service again: pearlctl install',
};
