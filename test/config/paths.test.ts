// Where everything lies, as a table over platform, scope, instance and home.
import t from 'tap';
import { type PathOptions, type Paths, resolvePaths } from '../../src/config/paths.ts';

const folderExists = () => true;
const linux: PathOptions = { platform: 'linux', uid: 1000, env: { HOME: '/home/u' }, folderExists };
const darwin: PathOptions = { platform: 'darwin', uid: 501, env: { HOME: '/Users/u' }, folderExists };
const library = '/Users/u/Library/Application Support';

const table: [title: string, options: PathOptions, expected: Partial<Paths>][] = [
  [
    'Linux, user',
    linux,
    {
      scope: 'user',
      home: null,
      configFile: '/home/u/.config/pearlctl/pearlctl.ini',
      credentialsFolder: '/home/u/.config/pearlctl/credentials',
      stateFolder: '/home/u/.local/state/pearlctl',
      runtimeFolder: '/run/user/1000/pearlctl',
      sidecarFile: '/run/user/1000/pearlctl/mining.json',
      statsFile: '/run/user/1000/pearlctl/stats.json',
      lockFile: '/run/user/1000/pearlctl/lock',
      controlSocket: '/run/user/1000/pearlctl/private/control.sock',
      ledgerFile: '/home/u/.local/state/pearlctl/shares.jsonl',
      devnetFolder: '/home/u/.local/state/pearlctl/devnet',
      calibrationFile: '/home/u/.local/state/pearlctl/calibration.json',
      manifestFile: '/home/u/.local/state/pearlctl/manifest.json',
      pausedFile: '/home/u/.local/state/pearlctl/paused.json',
      historyFile: '/home/u/.local/state/pearlctl/history.bin',
      lastStopFile: '/home/u/.local/state/pearlctl/last-stop.json',
      logFolder: null,
      logFile: '/home/u/.local/state/pearlctl/logs/pearlctl.log',
    },
  ],
  [
    'Linux, system (root without a flag)',
    { ...linux, uid: 0 },
    {
      scope: 'system',
      configFile: '/etc/pearlctl/pearlctl.ini',
      credentialsFolder: '/etc/pearlctl/credentials',
      stateFolder: '/var/lib/pearlctl',
      runtimeFolder: '/run/pearlctl',
      logFolder: null,
    },
  ],
  [
    'Linux, system for the service account',
    { ...linux, scope: 'system' },
    { scope: 'system', stateFolder: '/var/lib/pearlctl' },
  ],
  [
    'Linux, user scope for root',
    { ...linux, uid: 0, scope: 'user' },
    { scope: 'user', runtimeFolder: '/run/user/0/pearlctl' },
  ],
  [
    'Linux, an instance',
    { ...linux, uid: 0, instance: 'two' },
    {
      instance: 'two',
      configFile: '/etc/pearlctl-two/pearlctl.ini',
      stateFolder: '/var/lib/pearlctl-two',
      runtimeFolder: '/run/pearlctl-two',
    },
  ],
  [
    'Linux with XDG variables',
    { ...linux, env: { HOME: '/home/u', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r' } },
    { configFile: '/c/pearlctl/pearlctl.ini', stateFolder: '/s/pearlctl', runtimeFolder: '/r/pearlctl' },
  ],
  [
    'Linux with relative XDG variables, which do not count',
    { ...linux, env: { HOME: '/home/u', XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: '', XDG_RUNTIME_DIR: './r' } },
    {
      configFile: '/home/u/.config/pearlctl/pearlctl.ini',
      stateFolder: '/home/u/.local/state/pearlctl',
      runtimeFolder: '/run/user/1000/pearlctl',
    },
  ],
  [
    'Linux without a login session',
    { ...linux, folderExists: () => false },
    { runtimeFolder: '/home/u/.local/state/pearlctl/run' },
  ],
  [
    'macOS, user',
    darwin,
    {
      configFile: `${library}/pearlctl/pearlctl.ini`,
      stateFolder: `${library}/pearlctl/state`,
      runtimeFolder: `${library}/pearlctl/run`,
      logFolder: '/Users/u/Library/Logs/pearlctl',
      logFile: '/Users/u/Library/Logs/pearlctl/pearlctl.log',
      controlSocket: `${library}/pearlctl/run/private/control.sock`,
    },
  ],
  [
    'macOS, system, an instance',
    { ...darwin, uid: 0, instance: 'b' },
    {
      configFile: '/Library/Application Support/pearlctl-b/pearlctl.ini',
      runtimeFolder: '/Library/Application Support/pearlctl-b/run',
      logFolder: '/Library/Logs/pearlctl-b',
    },
  ],
  [
    'PEARLCTL_HOME',
    { ...linux, env: { HOME: '/home/u', PEARLCTL_HOME: '/p' } },
    {
      home: '/p',
      userHome: '/home/u',
      configFile: '/p/pearlctl.ini',
      credentialsFolder: '/p/credentials',
      sidecarFile: '/p/run/mining.json',
      controlSocket: '/p/run/private/control.sock',
      ledgerFile: '/p/state/shares.jsonl',
      logFolder: '/p/logs',
      logFile: '/p/logs/pearlctl.log',
    },
  ],
  [
    'PEARLCTL_HOME on macOS, with an instance',
    { ...darwin, instance: 'b', env: { HOME: '/Users/u', PEARLCTL_HOME: '/p/' } },
    { home: '/p', configFile: '/p/pearlctl-b/pearlctl.ini', stateFolder: '/p/pearlctl-b/state' },
  ],
  [
    'a configuration elsewhere',
    { ...linux, config: '/x/../y.ini' },
    { configFile: '/y.ini', stateFolder: '/home/u/.local/state/pearlctl' },
  ],
];

for (const [title, options, expected] of table) {
  t.test(`${title}: every path is where it belongs`, async (t) => {
    const paths = resolvePaths(options);
    t.same(Object.fromEntries(Object.keys(expected).map((key) => [key, paths[key as keyof Paths]])), expected);
  });
}

t.test('a socket whose path would be too long lies in a short folder of its own, the same each time', async (t) => {
  const long = `/${'d'.repeat(90)}`;
  const at = (env: NodeJS.ProcessEnv) => resolvePaths({ ...linux, env: { HOME: '/home/u', ...env } }).controlSocket;
  const socket = at({ PEARLCTL_HOME: long });
  t.match(socket, /^\/tmp\/pearlctl-1000-[0-9a-f]{8}\/control\.sock$/);
  t.equal(at({ PEARLCTL_HOME: long }), socket);
  t.not(at({ PEARLCTL_HOME: `${long}2` }), socket);
  t.match(at({ PEARLCTL_HOME: long, TMPDIR: '/var/folders/x' }), /^\/var\/folders\/x\/pearlctl-1000-/);
  t.match(at({ PEARLCTL_HOME: long, TMPDIR: long }), /^\/tmp\//);
  for (let length = 60; length < 120; length += 1) {
    t.ok(Buffer.byteLength(at({ PEARLCTL_HOME: `/${'ü'.repeat(length / 2)}` })) <= 100);
  }
});

t.test('names of instances are small letters, digits and dashes, at most 32', async (t) => {
  for (const instance of ['a', 'a-1', 'x'.repeat(32)]) t.equal(resolvePaths({ ...linux, instance }).instance, instance);
  for (const instance of ['', 'A', 'a b', '../x', 'a/b', 'x'.repeat(33), 'a.b', 'ü']) {
    t.throws(() => resolvePaths({ ...linux, instance }), { code: 'USAGE', exitCode: 2 }, instance);
  }
});

t.test('without HOME, the account says where home is', async (t) => {
  t.match(resolvePaths({ ...linux, env: {} }).userHome, /^\//);
});
