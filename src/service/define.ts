// From configuration, paths and caller to the definition of a service. Pure.
import { dirname, join } from 'node:path';
import { PearlError } from '../base/errors.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { secretSources } from '../config/secrets.ts';
import type { Caller } from './caller.ts';
import type { Credential, ServiceDefinition } from './definition.ts';
import { runtimeProgram, runtimeRootOf } from './runtime/runtime-layout.ts';
import { accountName } from './service-names.ts';

export interface DefineOptions {
  config: Config;
  paths: Paths;
  caller: Caller;
  version: string;
  /** The account of a LaunchDaemon; without it, the person behind sudo. */
  serviceUser?: string | undefined;
  /** systemd: lines of the sandbox that are to be left out. */
  refused?: readonly string[];
  /** Where the program is; without it, where an install lays it. */
  program?: { executable: string; script: string };
  /** launchd: load also without a graphical login. */
  headless?: boolean;
}

/** What the service is. Throws USAGE when there is no account to run a LaunchDaemon. */
export function defineService(options: DefineOptions): ServiceDefinition {
  const { config, paths, caller, version } = options;
  const { executable, script } = options.program ?? runtimeProgram(runtimeRootOf(paths, caller));
  const account = accountOf(options);
  const { scope, instance, configFile, stateFolder, runtimeFolder, logFolder } = paths;
  return {
    ...{ scope, instance, configFile, stateFolder, runtimeFolder, logFolder },
    version,
    executable,
    script,
    account,
    // Under sudo, the caller's home may be root's as well as the person's: neither is the account's.
    home: scope === 'system' ? stateFolder : caller.home,
    writableFolders: writableFolders(config, paths, caller.platform),
    portableHome: paths.home,
    environment: serviceEnvironment(paths, caller),
    credentials: caller.platform === 'linux' ? credentialsOf(config, paths) : [],
    resources: {
      cpuWeight: config.service.cpuWeight ?? 'idle',
      memoryMaxBytes: config.service.memoryMaxBytes,
      processProfile: config.service.processType,
    },
    stopTimeoutMs: config.gateway.stopTimeoutMs,
    proofTimeoutMs: makesCertificates(config) ? config.gateway.proofTimeoutMs : 0,
    ...(options.refused?.length ? { refused: options.refused } : {}),
    headless: options.headless ?? false,
  };
}

/** Our own gateway makes none. */
function makesCertificates({ gateway: { kind } }: Config): boolean {
  return kind === 'external' || kind === 'attached';
}

function accountOf({ paths, caller, serviceUser }: DefineOptions): ServiceDefinition['account'] {
  if (paths.scope === 'user') return null;
  if (caller.platform === 'linux') {
    const name = accountName(paths.instance);
    return { user: name, group: name };
  }
  const user = serviceUser ?? caller.sudo?.user;
  if (user === undefined || user === 'root') {
    throw new PearlError('USAGE', 'A LaunchDaemon of pearlctl does not run as root: it needs an ordinary account.', {
      hint: 'Name one: --service-user NAME.',
    });
  }
  return { user, group: 'staff' };
}

/** The folders that the service may write although everything else is read-only; they have to exist when it starts. */
function writableFolders(config: Config, paths: Paths, platform: NodeJS.Platform): string[] {
  if (platform !== 'linux') return [];
  const own =
    paths.home !== null
      ? [paths.stateFolder, paths.runtimeFolder, ...(paths.logFolder === null ? [] : [paths.logFolder])]
      : paths.scope === 'user'
        ? [paths.stateFolder]
        : [];
  const others = [config.sidecar.mirror, config.gateway.socket]
    .filter((file) => file !== null)
    .map((file) => dirname(file));
  return [...new Set([...own, ...others])];
}

/** What decides about paths in this shell has to decide the same way in the service. */
function serviceEnvironment(paths: Paths, caller: Caller): Record<string, string> {
  if (paths.home !== null) return { PEARLCTL_HOME: caller.env.PEARLCTL_HOME ?? paths.home };
  if (paths.scope === 'system') return {};
  const names = ['XDG_CONFIG_HOME', 'XDG_STATE_HOME'] as const;
  return Object.fromEntries(names.flatMap((name) => (caller.env[name] ? [[name, caller.env[name]]] : [])));
}

/** A secret that the configuration reads from a variable is copied by `install`; one in a file is passed on from there. */
function credentialsOf(config: Config, paths: Paths): Credential[] {
  return secretSources(config).map(({ credential, file, env }) => ({
    name: credential,
    file: env === null && file !== null ? file : join(paths.credentialsFolder, credential),
  }));
}
