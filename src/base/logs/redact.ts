// Secrets never reach a log, a sidecar or an error text: the known ones by their value, unknown ones by their look.

const MASK = '***';

/** Shorter values would mask ordinary words; a password this short protects nothing anyway. */
const MIN_SECRET_LENGTH = 4;

/** What announces a secret in foreign output: a URL with a login, an authorisation header, a key with a telling name. */
const TELLING: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi, `$1${MASK}@`],
  [/\b(authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer)\s{1,3})[\w+/=.~-]{1,500}/gi, `$1${MASK}`],
  [
    /((?:password|passwd|passphrase|secret|token|api_?key)["']?\s{0,3}[:=]\s{0,3})("[^"]{0,200}"|'[^']{0,200}'|[^\s,;&)}\]]{1,200})/gi,
    `$1${MASK}`,
  ],
];

export type Redactor = (text: string) => string;

/**
 * A function that masks these secrets, however they are written: as they are, in JSON, in a URL, in base64.
 * Longer ones go first, so that one which contains another is masked whole.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue;
    const json = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      forms.add(form);
    }
  }
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of ordered) clean = clean.replaceAll(form, MASK);
    for (const [pattern, replacement] of TELLING) clean = clean.replace(pattern, replacement);
    return clean;
  };
}
