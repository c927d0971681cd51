// The authorities that a pool's certificate may come from: Node's own, and what SSL_CERT_FILE, SSL_CERT_DIR and
// NODE_EXTRA_CA_CERTS name (openssl-env(7), node(1)). Node reads the last of them alone, and only where no list is given.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/** A folder of certificates has some hundreds. */
const MAX_FILES = 1000;

/**
 * Every root in PEM, or null where no variable names any, so that Node's own list is used.
 *
 * @param onTrouble hears of a variable whose file or folder cannot be read.
 */
export function trustedRoots(env: NodeJS.ProcessEnv, onTrouble: (text: string) => void): readonly string[] | null {
  const named = [
    ...read('SSL_CERT_FILE', env, (path) => [readFileSync(path, 'utf8')], onTrouble),
    ...read('SSL_CERT_DIR', env, readFolders, onTrouble),
    ...read('NODE_EXTRA_CA_CERTS', env, (path) => [readFileSync(path, 'utf8')], onTrouble),
  ];
  return named.length === 0 ? null : [...rootCertificates, ...named];
}

function read(
  variable: string,
  env: NodeJS.ProcessEnv,
  from: (path: string) => readonly string[],
  onTrouble: (text: string) => void,
): readonly string[] {
  const path = env[variable];
  if (path === undefined || path === '') return [];
  try {
    return from(path).filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
  } catch {
    onTrouble(`${variable} names ${path}, which cannot be read: its certificates are not trusted.`);
    return [];
  }
}

/** One folder, or several with colons between them. */
function readFolders(paths: string): readonly string[] {
  return paths.split(':').flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .slice(0, MAX_FILES)
      .map(({ name }) => readFileSync(join(folder, name), 'utf8')),
  );
}
