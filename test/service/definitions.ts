// Definitions that several tests render.
import type { ServiceDefinition } from '../../src/service/definition.ts';

const resources = { cpuWeight: 'idle', memoryMaxBytes: null, processProfile: 'standard' } as const;

export const linuxSystem: ServiceDefinition = {
  scope: 'system',
  instance: null,
  version: '1.2.3',
  executable: '/usr/local/lib/pearlctl/current/bin/pearlctl',
  script: '/usr/local/lib/pearlctl/current/pearlctl.mjs',
  configFile: '/etc/pearlctl/pearlctl.ini',
  account: { user: 'pearlctl', group: 'pearlctl' },
  home: '/var/lib/pearlctl',
  writableFolders: [],
  stateFolder: '/var/lib/pearlctl',
  runtimeFolder: '/run/pearlctl',
  logFolder: null,
  portableHome: null,
  environment: {},
  credentials: [],
  resources,
  stopTimeoutMs: 5000,
  proofTimeoutMs: 0,
  headless: false,
};

export const linuxUser: ServiceDefinition = {
  ...linuxSystem,
  scope: 'user',
  executable: '/home/ada/.local/share/pearlctl/current/bin/pearlctl',
  script: '/home/ada/.local/share/pearlctl/current/pearlctl.mjs',
  configFile: '/home/ada/.config/pearlctl/pearlctl.ini',
  account: null,
  home: '/home/ada',
  writableFolders: ['/home/ada/.local/state/pearlctl'],
  stateFolder: '/home/ada/.local/state/pearlctl',
  runtimeFolder: '/run/user/1000/pearlctl',
};

/** Everything that is optional, and names that need quotes. */
export const linuxSystemFull: ServiceDefinition = {
  ...linuxSystem,
  instance: 'garage-2',
  configFile: '/srv/50% off/"pearl" $HOME;\\ü/pearlctl.ini',
  account: { user: 'pearlctl-garage-2', group: 'pearlctl-garage-2' },
  writableFolders: ['/srv/50% off/state'],
  environment: { PEARLCTL_HOME: '/srv/50% off' },
  credentials: [{ name: 'pool-password', file: '/etc/pearlctl-garage-2/credentials/pool-password' }],
  resources: { cpuWeight: 5, memoryMaxBytes: 2 ** 31, processProfile: 'background' },
  stopTimeoutMs: 12_500,
  proofTimeoutMs: 300_000,
};

export const macAgent: ServiceDefinition = {
  ...linuxUser,
  executable: '/Users/ada/Library/Application Support/pearlctl/runtime/current/bin/pearlctl',
  script: '/Users/ada/Library/Application Support/pearlctl/runtime/current/pearlctl.mjs',
  configFile: '/Users/ada/Library/Application Support/pearlctl/pearlctl.ini',
  home: '/Users/ada',
  stateFolder: '/Users/ada/Library/Application Support/pearlctl/state',
  logFolder: '/Users/ada/Library/Logs/pearlctl',
  writableFolders: [],
};

export const macDaemon: ServiceDefinition = {
  ...macAgent,
  scope: 'system',
  instance: 'garage-2',
  executable: '/usr/local/lib/pearlctl-garage-2/current/bin/pearlctl',
  script: '/usr/local/lib/pearlctl-garage-2/current/pearlctl.mjs',
  configFile: '/Library/Application Support/pearlctl-garage-2/R&D <1>.ini',
  account: { user: 'ada', group: 'staff' },
  stateFolder: '/Library/Application Support/pearlctl-garage-2/state',
  logFolder: '/Library/Logs/pearlctl-garage-2',
  resources: { ...resources, processProfile: 'background' },
};
