// Passwords: where they come from, never what they are. The configuration only names a variable or a file; this module looks
// there, refuses files that others can read, and gives the value to the one caller that needs it.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isMissing, PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl } from '../base/fix.ts';
import type { Config } from './configuration.ts';
import type { Paths } from './paths.ts';
import { type ListedPool, poolList } from './pool-list.ts';
import type { ProxyUrl } from './proxy-url.ts';
import type { SecretSource } from './secret-source.ts';

/** Far more than any password; a larger file is another file. */
const MAX_SECRET_BYTES = 4096;

/** The node's RPC password, where an external gateway needs one and its `conf` does not hold it. */
export function rpcPasswordSource({ pearld }: Config): SecretSource | null {
  const { rpcPasswordEnv: env, rpcPasswordFile: file } = pearld;
  if (env === null && file === null) return null;
  return { title: "the node's RPC password", credential: 'rpc-password', env, file };
}

/** Every secret that this configuration needs in order to run, each once. */
export function secretSources(config: Config): SecretSource[] {
  if (config.gateway.kind === 'external') return [rpcPasswordSource(config)].filter((source) => source !== null);
  if (config.gateway.kind !== 'pool') return [];
  const sources = poolList(config)
    .flatMap(({ secret, proxy }) => [secret, proxy?.secret ?? null])
    .filter((source) => source !== null);
  return [...new Map(sources.map((source) => [source.credential, source])).values()];
}

/** The proxy on the way to a pool, with its password. Throws as `resolveSecret` does. */
export async function resolveProxy(
  { proxy }: Pick<ListedPool, 'proxy'>,
  paths: Pick<Paths, 'credentialsFolder'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ProxyUrl | null> {
  if (proxy === null) return null;
  return proxy.secret === null ? proxy.url : { ...proxy.url, password: await resolveSecret(proxy.secret, paths, env) };
}

/**
 * The value of a secret: from the credential that the service manager passed, else the variable, else the file, else the
 * credential that `install` stored.
 *
 * @throws PearlError SECRET_MISSING where there is none or it is empty, NO_PERMISSION where others could read it.
 */
export async function resolveSecret(
  source: SecretSource,
  paths: Pick<Paths, 'credentialsFolder'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return (await findSecret(source, paths, env)).value;
}

/** Where a value was found; `stored`: what `install` copied for the service, from the variable `name` where there was one. */
export type SecretOrigin =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stored'; readonly name: string | null };

/** What to do about a wrong one. @param what in words, such as `the rpcpass of the node`. */
export function secretFix(from: SecretOrigin, what: string): Fix {
  switch (from.kind) {
    case 'variable':
      return fix`Give ${from.name} ${what}: read -rs ${from.name}; export ${from.name}; then start again`;
    case 'file':
      return fix`Write ${what} into ${from.path}, then: ${pearlctl('restart')}`;
    case 'stored':
      return fix`Give ${from.name ?? 'the variable'} ${what} (read -rs; export), then: ${pearlctl('install')}`;
  }
}

/** The same with its origin, which is where it is mended when it is wrong. */
export async function findSecret(
  source: SecretSource,
  paths: Pick<Paths, 'credentialsFolder'>,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly value: string; readonly from: SecretOrigin }> {
  const copied: SecretOrigin =
    source.env === null && source.file !== null
      ? { kind: 'file', path: source.file }
      : { kind: 'stored', name: source.env };
  const passed = env.CREDENTIALS_DIRECTORY;
  if (passed) {
    // systemd grants access by an ACL, which shows as group permission: the mode says nothing here.
    const value = await readSecretFile(source, join(passed, source.credential), {
      mayBeMissing: true,
      checkMode: false,
    });
    if (value !== null) return { value, from: copied };
  }
  const variable = source.env === null ? undefined : env[source.env];
  if (variable !== undefined && source.env !== null) {
    const value = checkSecret(source, variable, `the variable ${source.env}`);
    return { value, from: { kind: 'variable', name: source.env } };
  }
  if (source.file !== null) {
    const value = await readSecretFile(source, source.file, { mayBeMissing: false, checkMode: true });
    if (value !== null) return { value, from: { kind: 'file', path: source.file } };
  }
  const stored = join(paths.credentialsFolder, source.credential);
  const value = await readSecretFile(source, stored, { mayBeMissing: true, checkMode: true });
  if (value !== null) return { value, from: copied };
  throw new PearlError('SECRET_MISSING', `There is no value for ${source.title}.`, { hint: howToSet(source) });
}

function howToSet({ env, file }: SecretSource): string {
  return env === null ? `Write it into ${file}, mode 0600.` : `Type: read -rs ${env}; export ${env}`;
}

async function readSecretFile(
  source: SecretSource,
  path: string,
  { mayBeMissing, checkMode }: { mayBeMissing: boolean; checkMode: boolean },
): Promise<string | null> {
  try {
    // Without O_NONBLOCK, a pipe of that name would be waited for for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw missing(source, `${path} is no file`);
      if (checkMode && (facts.mode & 0o077) !== 0) {
        throw new PearlError('NO_PERMISSION', `Others can read ${path}, which holds ${source.title}.`, {
          hint: `Type: chmod 600 ${path}`,
        });
      }
      const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      if (bytesRead > MAX_SECRET_BYTES) throw missing(source, `${path} is too large for a password`);
      return checkSecret(source, buffer.toString('utf8', 0, bytesRead), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof PearlError) throw error;
    if (mayBeMissing && isMissing(error)) return null;
    throw missing(source, `${path} cannot be read (${errnoOf(error) ?? 'unknown error'})`);
  }
}

/** Editors end a file with a line feed, which is not part of a password. */
function checkSecret(source: SecretSource, text: string, where: string): string {
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw missing(source, `${where} is empty`);
  if (/[\p{Cc}\uFFFD]/u.test(value)) throw missing(source, `${where} holds something other than one line of text`);
  return value;
}

function missing(source: SecretSource, why: string): PearlError {
  return new PearlError('SECRET_MISSING', `There is no value for ${source.title}: ${why}.`, { hint: howToSet(source) });
}
