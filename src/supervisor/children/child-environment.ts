// The environment of a child: what it needs to run and nothing else, so that no secret of one process is in another.

/** What a process needs to find programs, folders, certificates and its language. */
const COMMON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
  'XDG_RUNTIME_DIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  // Electron is Node with it, and its application without.
  'ELECTRON_RUN_AS_NODE',
] as const;

/** Ours: the folder of an instance, and overrides for tests and diagnosis. */
const OWN_PREFIX = 'PEARLCTL_';

/**
 * Copies what is common, and the variables named in `extra` (secrets that only this child may know); never one that is
 * named in `withheld`, whatever it is called.
 */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  { extra = [], withheld = [] }: { extra?: readonly string[]; withheld?: readonly string[] },
): Record<string, string> {
  const wanted = new Set<string>([...COMMON, ...extra]);
  const forbidden = new Set(withheld);
  const reduced: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || forbidden.has(name)) continue;
    if (wanted.has(name) || name.startsWith(OWN_PREFIX)) reduced[name] = value;
  }
  return reduced;
}
