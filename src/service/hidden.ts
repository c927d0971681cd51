// What the service would not see: a unit hides home folders and the common /tmp, and macOS keeps what runs in the background out of
// some folders, so a path in there works by hand and fails in the service. Found before anything is installed. Pure.
import { PearlError } from '../base/errors.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { secretSources } from '../config/secrets.ts';
import type { ManagerKind } from './place.ts';

interface Concern {
  what: string;
  path: string;
  why: string;
  fix: string;
}

const HOME = /^\/(?:home|root|run\/user)(?:\/|$)/;
const TEMPORARY = /^\/(?:tmp|var\/tmp)(?:\/|$)/;

/** Where macOS asks the person first, which a service cannot do (as reported of macOS 10.15 and later). */
const PROTECTED = /^\/Users\/[^/]+\/(?:Desktop|Documents|Downloads|Library\/(?:Mobile Documents|CloudStorage))(?:\/|$)/;
const VOLUMES = /^\/Volumes\//;

type Named = readonly [what: string, path: string | null | undefined, fix: string];

/** Hidden from a system service. */
export function isBelowHome(path: string): boolean {
  return HOME.test(path);
}

/** Each path of the configuration that the service reads or writes, and where it could be instead under systemd. */
function namedPaths(config: Config, paths: Paths): Named[] {
  const { gateway, pearld, sidecar } = config;
  const node: Named[] = [
    ['[gateway] command', gateway.command[0], 'Install that program below /usr/local or /opt.'],
    ['[pearld] conf', pearld.conf, 'Copy the file to /etc/pearlctl.'],
    ['[pearld] rpc_cert', pearld.rpcCert, 'Copy the file to /etc/pearlctl.'],
  ];
  return [
    ['the configuration', paths.configFile, 'Keep it in /etc/pearlctl: sudo pearlctl init --scope system.'],
    ['[sidecar] mirror', sidecar.mirror, 'Remove the mirror, or install with --scope user.'],
    ['[gateway] socket', gateway.socket, 'Put the socket into /run/pearlctl, or use host and port.'],
    ...(gateway.kind === 'external' ? node : []),
  ];
}

/** Those that a hardened systemd service cannot reach. */
function findHidden(config: Config, paths: Paths): Concern[] {
  const { pearld } = config;
  const named = namedPaths(config, paths);
  const secrets: Named[] = [
    // systemd itself reads a credential, before it hides anything; only user services read these files on their own.
    [
      '[pearld] rpc_password_file',
      paths.scope === 'user' ? pearld.rpcPasswordFile : null,
      'Move the file out of the temporary folder.',
    ],
    ...(paths.scope === 'user' ? secretSources(config) : []).map(
      ({ title, file }): Named => [`the file of ${title}`, file, 'Move the file out of the temporary folder.'],
    ),
  ];
  return [...named, ...secrets].flatMap(([what, path, fix]) => {
    if (!path?.startsWith('/')) return [];
    if (TEMPORARY.test(path)) return [{ what, path, why: 'the service has a /tmp of its own', fix }];
    // With everything in one folder, the user has said where it is.
    const ownPlace = paths.home !== null && path.startsWith(`${paths.home}/`);
    if (paths.scope === 'system' && isBelowHome(path) && !ownPlace) {
      return [{ what, path, why: 'a system service does not see home folders', fix }];
    }
    return [];
  });
}

/** Those that launchd's services may not open, or that are not there when they start. */
function findProtected(config: Config, paths: Paths): Concern[] {
  const named: Named[] = [...namedPaths(config, paths), ['the state folder', paths.stateFolder, '']];
  const fix = 'Keep it in another folder of your home, such as ~/Library/Application Support.';
  return named.flatMap(([what, path]) => {
    if (path === null || path === undefined) return [];
    if (PROTECTED.test(path)) return [{ what, path, why: 'macOS keeps services out of that folder', fix }];
    return VOLUMES.test(path) ? [{ what, path, why: 'macOS keeps services out of other volumes', fix }] : [];
  });
}

/** Throws CONFIG_INVALID for the first path that the service could not reach. */
export function refuseHidden(kind: ManagerKind, config: Config, paths: Paths): void {
  const [concern] = kind === 'systemd' ? findHidden(config, paths) : findProtected(config, paths);
  if (concern === undefined) return;
  const { what, path, why, fix } = concern;
  throw new PearlError('CONFIG_INVALID', `${what} is ${path}, but ${why}.`, { hint: fix });
}
