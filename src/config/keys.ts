// Every key of the configuration, once: how its value is read, its default, what it does, an example. The parser, its error
// messages, the `config` commands, the written file and docs/configuration.md are all made from this table.

import { NETWORKS } from '../protocol/networks.ts';
import { type Key, key, type ListKey, list, type Section, type SingleKey } from './key.ts';
import { type PoolUrl, readPoolUrl } from './pool-url.ts';
import {
  duration,
  filePath,
  indexList,
  loopbackHost,
  oneOf,
  port,
  restartLimit,
  size,
  text,
  threads,
  valueKind,
  variableName,
  wholeNumber,
  wordOr,
} from './values.ts';

const restart = oneOf(['on-failure', 'always', 'never']);
const backoff = duration('10ms', '1h');
const healthy = duration('1s', '24h');

const RESTART_DOC = 'When a child that ended is started again. Exit code 78 (configuration) is never retried.';
const INITIAL_DOC = 'The wait before the second restart in a row (the first comes at once); it doubles each time.';
const MAX_DOC = 'The longest wait between two restarts.';
const HEALTHY_DOC = 'A child that ran this long starts over at the first wait.';
const LIMIT_DOC =
  'More restarts than this, and the supervisor gives up with the reason; the service manager takes over.';

/** One child's restart policy, each key falling back on [supervisor]'s. */
function overrides(child: string) {
  const whenUnset = 'as in [supervisor]';
  const about = (doc: string) => `For the ${child} only. ${doc}`;
  return {
    restart: key(restart, { default: null, whenUnset, doc: about(RESTART_DOC), example: 'always' }),
    backoff_initial: key(backoff, { default: null, whenUnset, doc: about(INITIAL_DOC), example: '1s' }),
    backoff_max: key(backoff, { default: null, whenUnset, doc: about(MAX_DOC), example: '1m' }),
    healthy_after: key(healthy, { default: null, whenUnset, doc: about(HEALTHY_DOC), example: '2m' }),
    limit: key(restartLimit, { default: null, whenUnset, doc: about(LIMIT_DOC), example: '20 in 10m' }),
  };
}

/** A pool's address; what is wrong with a bad one is said by the configuration's own check, which has the sentence. */
const poolUrl = valueKind<PoolUrl>('the address of a pool, such as stratum+ssl://pool.example.com:3333', (value) => {
  const url = readPoolUrl(value);
  return typeof url === 'string' ? undefined : url;
});

const matrixSize = wholeNumber(1, 2 ** 24);

/** All sections and keys, in the order in which they are documented and written. `''` is the part before any section. */
export const SECTIONS = {
  '': {
    doc: 'Which network to mine on. Stands at the top, before any section.',
    keys: {
      network: key(oneOf(NETWORKS), {
        default: 'mainnet',
        doc: 'The Pearl network; devnet is a chain inside pearlctl, for trying, whose coins are worth nothing.',
        example: 'devnet',
      }),
    },
  },
  miner: {
    doc: 'Who is paid, and how much of the machine works.',
    keys: {
      provider: key(oneOf(['cpu-pearl']), { default: 'cpu-pearl', doc: 'What mines.', example: 'cpu-pearl' }),
      wallet: key(text('a Pearl address', { mayBeEmpty: true }), {
        default: null,
        whenUnset: 'must be set (unless [pool] login is, or the gateway is attached)',
        doc: 'The Taproot address that is paid: bech32m, with the prefix of the network.',
        example: 'prl1p…',
      }),
      worker: key(text('1 to 64 letters, digits, dots, dashes or underscores', { pattern: /^[A-Za-z0-9._-]{1,64}$/ }), {
        default: 'pearlctl',
        doc: 'The name under which a pool lists this machine.',
        example: 'desk',
      }),
      threads: key(threads, {
        default: 'auto',
        doc: 'Mining threads; auto takes one for each physical core this process may use, N% a share of them.',
        example: '75%',
      }),
      memory: key(wordOr('auto', null, size('16M', '1T')), {
        default: 'auto',
        doc: "Bound of the miner's native buffers; auto takes 512M or a quarter of the memory there is, the smaller.",
        example: '512M',
      }),
      matrices: key(oneOf(['constant', 'random']), {
        default: 'constant',
        doc: 'What is multiplied; random is slower, for a pool that refuses constant matrices.',
        example: 'random',
      }),
      poll_interval: key(duration('10ms', '1m'), {
        default: '1s',
        doc: 'How often the miner asks the gateway for a newer job.',
        example: '500ms',
      }),
    },
  },
  shape: {
    doc: 'The matrices of an attempt: a preset, or sizes and a tile of your own.',
    keys: {
      preset: key(oneOf(['light', 'pool', 'test', 'custom']), {
        default: null,
        whenUnset: 'light, or custom where a size is given',
        doc: 'light fits any machine; pool is what GPU miners send; test is for regtest and simnet only.',
        example: 'light',
      }),
      m: key(matrixSize, { default: null, whenUnset: "the preset's", doc: 'Rows of A (custom).', example: '16384' }),
      n: key(matrixSize, { default: null, whenUnset: "the preset's", doc: 'Columns of B (custom).', example: '12288' }),
      k: key(wholeNumber(1, 65536), {
        default: null,
        whenUnset: "the preset's",
        doc: 'Columns of A and rows of B (custom): a multiple of 64.',
        example: '2048',
      }),
      rank: key(wholeNumber(1, 1024), {
        default: null,
        whenUnset: "the preset's; 128 for custom",
        doc: 'Noise rank (custom): a power of two, 128 or more on real networks. A higher one costs more for each win.',
        example: '128',
      }),
      tile: key(oneOf(['16x16', '8x16', 'reference']), {
        default: null,
        whenUnset: "the preset's; 16x16 for custom",
        doc: 'Rows and columns of a tile (custom), by name.',
        example: '16x16',
      }),
      rows: key(indexList, {
        default: null,
        whenUnset: "the tile's",
        doc: 'Row indices of a tile (custom), instead of its name: a periodic pattern from 0.',
        example: '0,8,64,72',
      }),
      cols: key(indexList, {
        default: null,
        whenUnset: "the tile's",
        doc: 'Column indices of a tile (custom), given together with rows.',
        example: '0,1,8,9,32,33,40,41',
      }),
    },
  },
  gateway: {
    doc: 'Where the miner gets jobs from, and where it listens. Only this machine can reach it.',
    keys: {
      kind: key(oneOf(['devnet', 'pool', 'external', 'attached']), {
        default: null,
        whenUnset: 'devnet on devnet, pool on mainnet, external elsewhere',
        doc: 'devnet: the chain inside pearlctl. pool: a pool of [pool]. external: pearlctl runs the gateway of a Pearl node. attached: somebody else runs it.',
        example: 'pool',
      }),
      host: key(loopbackHost, { default: '127.0.0.1', doc: 'The address the gateway listens on.', example: '::1' }),
      port: key(port, { default: '8337', doc: "The gateway's port; 0 takes a free one.", example: '0' }),
      metrics_port: key(port, {
        default: '8339',
        doc: "The port of the supervisor's /metrics; 0 takes a free one.",
        example: '0',
      }),
      dashboard: key(oneOf(['on', 'off']), {
        default: 'on',
        doc: "Whether the metrics port also shows the dashboard page, read-only, to this machine's browsers.",
        example: 'off',
      }),
      socket: key(filePath, {
        default: null,
        whenUnset: 'TCP',
        doc: 'A Unix socket instead of host and port.',
        example: '/run/pearl/gateway.sock',
      }),
      command: list(text('a word of a command', { longest: 4096, mayBeEmpty: true }), {
        default: null,
        whenUnset: 'pearl-gateway start',
        doc: 'What starts an external gateway: the program, then one line for each argument. No shell reads it.',
        example: '/opt/pearl/bin/pearl-gateway',
      }),
      stop_timeout: key(duration('100ms', '10m'), {
        default: '5s',
        doc: 'How long a gateway may take to stop before it is killed.',
        example: '30s',
      }),
    },
  },
  pool: {
    doc: 'The pools to mine with, for [gateway] kind = pool.',
    keys: {
      url: list(poolUrl, {
        default: null,
        whenUnset: 'must be set for kind = pool',
        doc: 'A pool: stratum+tcp://HOST:PORT, or stratum+ssl://HOST:PORT with ?pin=sha256/… for a certificate that no authority signed. The first is preferred, the others stand in for it.',
        example: 'stratum+ssl://pool.example.com:3333',
      }),
      pass: key(text('at most 255 characters', { mayBeEmpty: true }), {
        default: 'x',
        doc: 'The password sent to the pool; at some pools d=N fixes the difficulty.',
        example: 'd=1000000',
        secret: true,
      }),
      login: key(text('at most 255 characters'), {
        default: null,
        whenUnset: 'the wallet',
        doc: 'Sent instead of the wallet, as it is and unchecked, for solo:… and account names.',
        example: 'solo:prl1p…',
      }),
      user: key(text('a Pearl address'), {
        default: null,
        whenUnset: 'the wallet',
        doc: 'Another address for the pool to pay than [miner] wallet; checked like it.',
        example: 'prl1p…',
      }),
      password_env: key(variableName, {
        default: null,
        whenUnset: 'pass',
        doc: 'The environment variable that holds the password, instead of pass.',
        example: 'POOL_PASSWORD',
      }),
      password_file: key(filePath, {
        default: null,
        whenUnset: 'pass',
        doc: 'The file that holds the password, instead of pass; nobody else may read it.',
        example: '/etc/pearlctl/pool-password',
      }),
      max_in_flight: key(wholeNumber(1, 1000), {
        default: '4',
        doc: 'Shares sent and not yet answered, at most.',
        example: '8',
      }),
      max_submits_per_minute: key(wholeNumber(1, 1_000_000), {
        default: '30',
        doc: 'Shares sent in a minute, at most; what exceeds it waits while its job lives.',
        example: '60',
      }),
    },
  },
  pearld: {
    doc: 'The Pearl node behind an external gateway.',
    keys: {
      rpc_url: key(text('an http:// or https:// URL', { pattern: /^https?:\/\//i, longest: 2048 }), {
        default: null,
        whenUnset: "http://localhost and the network's port",
        doc: "The node's JSON-RPC, without user and password.",
        example: 'http://localhost:44107',
      }),
      rpc_user: key(text('a user name without a colon', { pattern: /^[^:]*$/ }), {
        default: null,
        whenUnset: 'rpcuser, or that of conf',
        doc: "The node's RPC user.",
        example: 'rpcuser',
      }),
      rpc_password_env: key(variableName, {
        default: null,
        whenUnset: 'PEARLD_RPC_PASSWORD, unless rpc_password_file or conf is set',
        doc: "The environment variable that holds the node's RPC password.",
        example: 'PEARLD_RPC_PASSWORD',
      }),
      rpc_password_file: key(filePath, {
        default: null,
        whenUnset: 'rpc_password_env',
        doc: "The file that holds the node's RPC password; nobody else may read it.",
        example: '/etc/pearlctl/rpc-password',
      }),
      conf: key(filePath, {
        default: null,
        whenUnset: 'the keys above',
        doc: "The node's own pearld.conf, from which user, password and port are read where they are not set here.",
        example: '~/.pearld/pearld.conf',
      }),
    },
  },
  supervisor: {
    doc: 'How children are restarted. [supervisor.miner] and [supervisor.gateway] override it for one of them.',
    keys: {
      restart: key(restart, { default: 'on-failure', doc: RESTART_DOC, example: 'always' }),
      backoff_initial: key(backoff, { default: '500ms', doc: INITIAL_DOC, example: '1s' }),
      backoff_max: key(backoff, { default: '30s', doc: MAX_DOC, example: '1m' }),
      healthy_after: key(healthy, { default: '60s', doc: HEALTHY_DOC, example: '2m' }),
      limit: key(restartLimit, { default: '10 in 10m', doc: LIMIT_DOC, example: '20 in 10m' }),
    },
  },
  'supervisor.miner': { doc: "The miner's restart policy, where it differs.", keys: overrides('miner') },
  'supervisor.gateway': { doc: "The gateway's restart policy, where it differs.", keys: overrides('gateway') },
  service: {
    doc: 'What the installed service may use. Takes effect with the next install.',
    keys: {
      cpu_weight: key(wordOr('idle', 'idle', wholeNumber(1, 10_000)), {
        default: null,
        whenUnset: 'idle: only what nothing else wants',
        doc: "systemd's CPUWeight=: the service's share of a busy machine, beside the 100 of everything else.",
        example: '20',
      }),
      memory_max: key(size('64M', '1T'), {
        default: null,
        whenUnset: 'no limit',
        doc: "systemd's MemoryMax=: above it, the kernel ends a process of the service.",
        example: '2G',
      }),
      process_type: key(oneOf(['standard', 'background', 'adaptive', 'interactive']), {
        default: 'standard',
        doc: "launchd's ProcessType; background keeps the service, miner and all, on the efficiency cores.",
        example: 'background',
      }),
    },
  },
  sidecar: {
    doc: 'The state file that other programs read.',
    keys: {
      mirror: key(filePath, {
        default: null,
        whenUnset: 'none',
        doc: 'A second state file, with the seven keys that OpenJarvis reads.',
        example: '~/.openjarvis/runtime/mining.json',
      }),
    },
  },
  logs: {
    doc: 'Log lines, and the files that hold them where there is no journal.',
    keys: {
      level: key(oneOf(['debug', 'info', 'warn', 'error']), {
        default: 'info',
        doc: 'The least important lines that are kept.',
        example: 'debug',
      }),
      max_size: key(size('64K', '10G'), {
        default: '10M',
        doc: 'A log file is put aside at this size.',
        example: '50M',
      }),
      max_age: key(duration('1h', '3650d'), {
        default: '30d',
        doc: 'A log file is put aside when its first line is this old.',
        example: '7d',
      }),
      files: key(wholeNumber(1, 100), { default: '5', doc: 'Log files kept, the current one included.', example: '3' }),
    },
  },
  policy: { doc: 'When to mine. There is nothing to set yet: pearlctl mines unless paused.', keys: {} },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;

/** The value that a key reads as: a list, or a value that is null only where there is no default. */
type ValueOf<K> =
  K extends ListKey<infer T>
    ? T[]
    : K extends SingleKey<infer T, infer Default>
      ? Default extends null
        ? T | null
        : T
      : never;

/** All values of a configuration as typed by the table, before they are put together. */
export type Values = {
  [S in SectionName]: { [K in keyof (typeof SECTIONS)[S]['keys']]: ValueOf<(typeof SECTIONS)[S]['keys'][K]> };
};

/** A section by a name that came from outside, so that `__proto__` and the like are no section. */
export function sectionNamed(name: string): Section | undefined {
  return Object.hasOwn(SECTIONS, name) ? SECTIONS[name as SectionName] : undefined;
}

/** A key by names that came from outside. */
export function keyNamed(section: string, name: string): Key | undefined {
  const keys = sectionNamed(section)?.keys;
  return keys !== undefined && Object.hasOwn(keys, name) ? keys[name] : undefined;
}

/** A key as people write it in a sentence: `[miner] wallet`, `network`, `[pool] url[]`. */
export function keyTitle(section: string, name: string): string {
  const brackets = keyNamed(section, name)?.list === true ? '[]' : '';
  return section === '' ? `${name}${brackets}` : `[${section}] ${name}${brackets}`;
}
