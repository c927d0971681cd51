// Every pearlctl of this machine that this account may see, found by its files: the machine's, the caller's own, and for root those
// of all accounts.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { textOf } from '../base/atomic-file.ts';
import { orNull } from '../base/errors.ts';
import { programForRoot } from '../base/fix.ts';
import type { Scope } from '../base/instance.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import type { Caller } from './caller.ts';
import { definitionFile, installedDefinition, managerOf } from './place.ts';
import { accountName } from './service-names.ts';

export interface Instance {
  readonly paths: Paths;
  /** Whose it is: for the machine's, the account that its service runs as. */
  readonly account: string;
  readonly installed: boolean;
  readonly configured: boolean;
}

type Account = Pick<Caller, 'user' | 'uid' | 'home' | 'env'>;

/** The machine's first, then the caller's own, then those of other accounts, each by name. */
export function findInstances(caller: Caller): Instance[] {
  const own: Account = caller;
  const plain = { PEARLCTL_HOME: undefined, HOME: caller.home };
  const places = [
    ...namesIn('system', own, caller.platform).map((name) => ({ scope: 'system' as const, name, of: own })),
    ...[own, ...(caller.uid === 0 ? otherAccounts(caller) : [])].flatMap((of) =>
      namesIn('user', of, caller.platform).map((name) => ({ scope: 'user' as const, name, of })),
    ),
  ];
  const found = places.map(({ scope, name, of }) =>
    look(scope, name, { ...of, env: { ...of.env, ...plain, HOME: of.home } }, caller),
  );
  return [...portable(own, caller), ...found].filter(({ installed, configured }) => installed || configured);
}

/** What is in the folder of PEARLCTL_HOME. */
function portable(own: Account, caller: Caller): Instance[] {
  const home = own.env.PEARLCTL_HOME;
  if (!home) return [];
  const scope: Scope = caller.uid === 0 ? 'system' : 'user';
  return [null, ...instanceNames(listed(home), /^pearlctl-([a-z0-9-]{1,32})$/)].map((name) =>
    look(scope, name, own, caller),
  );
}

function look(
  scope: Scope,
  instance: string | null,
  { user, uid, home, env }: Account,
  { platform }: Caller,
): Instance {
  const paths = resolvePaths({ scope, instance: instance ?? undefined, env, platform, uid });
  const place = { scope, instance, home, configHome: env.XDG_CONFIG_HOME || undefined };
  const file = installedDefinition(managerOf(platform), place, existsSync);
  const account = scope === 'system' && platform === 'linux' && paths.home === null ? accountName(instance) : user;
  const installed = file !== null && (paths.home === null || (textOf(file)?.includes(paths.configFile) ?? false));
  return { paths, account, installed, configured: existsSync(paths.configFile) };
}

/** The instances that a scope has, by the names of their definitions and of their folders. */
function namesIn(scope: Scope, { uid, home, env }: Account, platform: NodeJS.Platform): (string | null)[] {
  const file = definitionFile(managerOf(platform), {
    scope,
    instance: null,
    home,
    configHome: env.XDG_CONFIG_HOME || undefined,
  });
  const { configFile } = resolvePaths({
    scope,
    env: { ...env, HOME: home, PEARLCTL_HOME: undefined },
    platform,
    uid,
  });
  const pattern =
    platform === 'darwin' ? /^org\.pearlctl\.supervisor(?:\.(.+))?\.plist$/ : /^pearlctl(?:-(.+))?\.service$/;
  return [
    ...new Set([
      ...instanceNames(listed(dirname(file)), pattern),
      ...instanceNames(listed(dirname(dirname(configFile))), /^pearlctl(?:-(.+))?$/),
    ]),
  ].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
}

function instanceNames(names: readonly string[], pattern: RegExp): (string | null)[] {
  return names.flatMap((name) => {
    const match = pattern.exec(name);
    const instance = match?.[1] ?? null;
    return match === null || (instance !== null && !/^[a-z0-9-]{1,32}$/.test(instance)) ? [] : [instance];
  });
}

/** By their homes; an account of a directory service that has none here has no instance here either. */
function otherAccounts({ platform, uid: own }: Caller): Account[] {
  const accounts = platform === 'darwin' ? homesBelow('/Users') : passwdEntries(textOf('/etc/passwd') ?? '');
  return accounts
    .filter(({ uid, home }, index, all) => uid !== own && all.findIndex((other) => other.home === home) === index)
    .map((account) => ({ ...account, env: { XDG_RUNTIME_DIR: `/run/user/${account.uid}` } }));
}

/** Lines of passwd(5). */
export function passwdEntries(text: string): { user: string; uid: number; home: string }[] {
  return text.split('\n').flatMap((line) => {
    const [user = '', , uid = '', , , home = ''] = line.split(':');
    return user !== '' && /^\d{1,10}$/.test(uid) && /^\/./.test(home) ? [{ user, uid: Number(uid), home }] : [];
  });
}

/** The name of an account by its number. */
export function userNamed(uid: number): string {
  return passwdEntries(textOf('/etc/passwd') ?? '').find((entry) => entry.uid === uid)?.user ?? String(uid);
}

function homesBelow(folder: string): { user: string; uid: number; home: string }[] {
  return listed(folder).flatMap((name) => {
    const home = join(folder, name);
    const facts = statSync(home, { throwIfNoEntry: false });
    return facts?.isDirectory() ? [{ user: basename(home), uid: facts.uid, home }] : [];
  });
}

/** How root acts on the user service of an account. */
export function lineFor(account: string, ...words: readonly string[]): string {
  return ['sudo', '-H', '-u', account, ...programForRoot(process.argv), ...words].join(' ');
}

function listed(folder: string): string[] {
  return orNull(() => readdirSync(folder)) ?? [];
}
