// Every key of the configuration, once: its member in `Config`, how its value is read, its default, what a change of it
// restarts, what it does, an example. The `Config` type, the parser and its messages, `pearlctl config`, reload and
// `doctor applied`, new files, docs/configuration.md and the manual page are all made from this table.
import { NETWORKS } from '../protocol/networks.ts';
import { applied, both, gateway, miner, type Section, service, supervisor } from './key.ts';
import { namedPoolKeys, POOL_NAME, poolKeys } from './pool-keys.ts';
import { CORES } from './profiles.ts';
import { restSection } from './rest-keys.ts';
import {
  duration,
  filePath,
  indexList,
  loopbackHost,
  oneOf,
  onOff,
  percentage,
  port,
  price,
  restartLimit,
  size,
  textValue,
  threads,
  variableName,
  wholeNumber,
  wordOr,
  workerName,
} from './values.ts';

const matrixSize = wholeNumber(1, 2 ** 24);
const backoff = duration('10ms', '1h');
const httpUrl = textValue('an http:// or https:// URL', { pattern: /^https?:\/\//i, longest: 2048 });

/** When a child that ended is started again. */
const restartPolicy = {
  restart: applied.key('restart', oneOf(['on-failure', 'always', 'never']), {
    default: 'on-failure',
    doc: 'When a child that ended is started again. Exit code 78 (configuration) is never retried.',
    example: 'always',
  }),
  backoff_initial: applied.key('backoffInitialMs', backoff, {
    default: '500ms',
    doc: 'The wait before the second restart in a row (the first comes at once); it doubles each time.',
    example: '1s',
  }),
  backoff_max: applied.key('backoffMaxMs', backoff, {
    default: '30s',
    doc: 'The longest wait between two restarts.',
    example: '1m',
  }),
  healthy_after: applied.key('healthyAfterMs', duration('1s', '24h'), {
    default: '60s',
    doc: 'A child that ran this long starts over at the first wait.',
    example: '2m',
  }),
  limit: applied.key('limit', restartLimit, {
    default: '10 in 10m',
    doc: 'After more restarts than this, the supervisor gives up and says why; the service manager takes over.',
    example: '20 in 10m',
  }),
};

/** All sections and keys, in the order in which they are documented and written. `''` is the part before any section. */
export const SECTIONS = {
  '': {
    doc: 'Which network to mine on. Stands at the top, before any section.',
    keys: {
      network: supervisor.key('network', oneOf(NETWORKS), {
        default: 'mainnet',
        doc: 'The Pearl network. devnet is a chain inside pearlctl, to try things out; its coins are worth nothing.',
        example: 'devnet',
      }),
    },
  },
  miner: {
    doc: 'Which address is paid, and how much of the machine works.',
    keys: {
      provider: miner.key('provider', oneOf(['cpu-pearl']), {
        default: 'cpu-pearl',
        doc: 'What mines.',
        example: 'cpu-pearl',
      }),
      // In small letters. Empty only where [pool] login stands for it, or the gateway is attached.
      wallet: gateway.key('wallet', textValue('a Pearl address', { mayBeEmpty: true }), {
        derived: 'must be set (unless [pool] login is, or the gateway is attached)',
        doc: 'The Taproot address that is paid: bech32m, with the prefix of the network.',
        example: 'prl1p…',
      }),
      worker: gateway.key('worker', workerName, {
        default: 'pearlctl',
        doc: 'The name under which a pool lists this machine.',
        example: 'desk',
      }),
      threads: miner.key('threads', threads, {
        default: 'auto',
        doc: 'Mining threads. auto takes one for each physical core that this process may use, N% a share of them; of less than one core it is a share of the time.',
        example: '75%',
      }),
      cores: miner.key('cores', oneOf(CORES), {
        whenUnset: "the profile's: efficient for laptop, else all",
        doc: 'The cores of a processor with two kinds of them: all, or the efficient ones.',
        example: 'efficient',
      }),
      duty: applied.key('dutyPercent', percentage(1), {
        default: '100%',
        doc: 'The share of the time that each thread works; it sleeps for the rest, in slices of milliseconds.',
        example: '60%',
      }),
      power_price: applied.key('powerPrice', price, {
        whenUnset: 'costs are told in kilowatt hours',
        doc: 'What a kilowatt hour costs you, in your currency: status, calibrate and init then tell the cost of a day.',
        example: '0.32',
      }),
      // Null for auto.
      memory: miner.key('memoryBytes', wordOr('auto', null, size('16M', '1T')), {
        default: 'auto',
        doc: "The limit of the miner's native buffers. auto takes 512M or a quarter of the memory, whichever is smaller.",
        example: '512M',
      }),
      matrices: miner.key('matrices', oneOf(['constant', 'random']), {
        default: 'constant',
        doc: 'The matrices that are multiplied. random is slower; use it for a pool that refuses constant ones.',
        example: 'random',
      }),
      poll_interval: miner.key('pollIntervalMs', duration('10ms', '1m'), {
        default: '1s',
        doc: 'How often the miner asks the gateway for a newer job.',
        example: '500ms',
      }),
    },
  },
  rest: restSection,
  shape: {
    doc: 'The matrices of an attempt: a preset, or sizes and a tile of your own.',
    isOneValue: true,
    keys: {
      preset: both.key('preset', oneOf(['auto', 'light', 'large', 'pool', 'test', 'custom']), {
        derived: 'auto, or custom where a size is given',
        doc: 'light fits any machine; large feeds dozens of cores, or six with AMX; auto is one of these two; pool is what GPU miners send; test is for regtest and simnet only.',
        example: 'light',
      }),
      m: both.key('m', matrixSize, {
        derived: "the preset's",
        doc: 'Rows of A (custom).',
        example: '16384',
      }),
      n: both.key('n', matrixSize, {
        derived: "the preset's",
        doc: 'Columns of B (custom).',
        example: '12288',
      }),
      k: both.key('k', wholeNumber(1, 65536), {
        derived: "the preset's",
        doc: 'Columns of A and rows of B (custom): a multiple of 64.',
        example: '2048',
      }),
      rank: both.key('rank', wholeNumber(1, 1024), {
        derived: "the preset's; 128 for custom",
        doc: 'Noise rank (custom): a power of two, 128 or more on real networks. A higher one costs more for each win.',
        example: '128',
      }),
      // Part of rows and cols.
      tile: both.key('tile', oneOf(['16x16', '8x16', 'reference']), {
        folded: "the preset's; 16x16 for custom",
        doc: 'Rows and columns of a tile (custom), by name.',
        example: '16x16',
      }),
      rows: both.key('rows', indexList, {
        derived: "the tile's",
        doc: 'Row indices of a tile (custom), instead of its name: a periodic pattern from 0.',
        example: '0,8,64,72',
      }),
      cols: both.key('cols', indexList, {
        derived: "the tile's",
        doc: 'Column indices of a tile (custom), given together with rows.',
        example: '0,1,8,9,32,33,40,41',
      }),
    },
  },
  gateway: {
    doc: 'Where the miner gets jobs from, and where the gateway listens. Only this machine can reach it.',
    keys: {
      kind: supervisor.key('kind', oneOf(['devnet', 'pool', 'external', 'attached']), {
        derived: 'devnet on devnet, pool on mainnet, external elsewhere',
        doc: 'devnet: the chain inside pearlctl. pool: a pool of [pool]. external: pearlctl runs the gateway of a Pearl node. attached: a gateway that another program runs.',
        example: 'pool',
      }),
      // An IPv6 address without brackets. The metrics and the dashboard listen there too.
      host: supervisor.key('host', loopbackHost, {
        default: '127.0.0.1',
        doc: 'The address the gateway listens on.',
        example: '::1',
      }),
      port: both.key('port', port, {
        default: '8337',
        doc: "The gateway's port; 0 takes a free one.",
        example: '0',
      }),
      metrics_port: supervisor.key('metricsPort', port, {
        default: '8339',
        doc: "The port of the supervisor's /metrics; 0 takes a free one.",
        example: '0',
      }),
      dashboard: supervisor.key('dashboard', onOff, {
        default: 'on',
        doc: "Whether the metrics port also shows the dashboard page, read-only, to this machine's browsers.",
        example: 'off',
      }),
      socket: both.key('socket', filePath, {
        whenUnset: 'TCP',
        doc: 'A Unix socket instead of host and port.',
        example: '/run/pearl/gateway.sock',
      }),
      command: gateway.list('command', textValue('a word of a command', { longest: 4096, mayBeEmpty: true }), {
        derived: 'pearl-gateway start',
        doc: 'What starts an external gateway: the program, then one line for each argument. No shell reads it.',
        example: '/opt/pearl/bin/pearl-gateway',
      }),
      stop_timeout: applied.key('stopTimeoutMs', duration('100ms', '10m'), {
        default: '5s',
        doc: 'How long a gateway may take to stop before it is killed.',
        example: '30s',
      }),
      proof_timeout: applied.key('proofTimeoutMs', duration('0s', '1h'), {
        default: '5m',
        doc: 'For how long a stop waits for the certificate of a found block, which an external or attached gateway makes.',
        example: '10m',
      }),
    },
  },
  pool: { doc: 'The pools to mine with, for [gateway] kind = pool.', keys: poolKeys },
  'pool.NAME': {
    doc: 'One pool with a login of its own. A key that is not set here is as in [pool].',
    names: POOL_NAME,
    place: 'pools',
    keys: namedPoolKeys,
  },
  pearld: {
    doc: 'The Pearl node behind an external gateway.',
    keys: {
      rpc_url: gateway.key('rpcUrl', httpUrl, {
        whenUnset: "http://localhost and the network's port",
        doc: "The node's JSON-RPC, without user and password.",
        example: 'http://localhost:44107',
      }),
      rpc_user: gateway.key('rpcUser', textValue('a user name without a colon', { pattern: /^[^:]*$/ }), {
        whenUnset: 'rpcuser, or that of conf',
        doc: "The node's RPC user.",
        example: 'rpcuser',
      }),
      rpc_password_env: gateway.key('rpcPasswordEnv', variableName, {
        whenUnset: 'PEARLD_RPC_PASSWORD, unless rpc_password_file or conf is set',
        doc: "The environment variable that holds the node's RPC password.",
        example: 'PEARLD_RPC_PASSWORD',
      }),
      rpc_password_file: gateway.key('rpcPasswordFile', filePath, {
        whenUnset: 'rpc_password_env',
        doc: "The file that holds the node's RPC password; its mode is 0600.",
        example: '/etc/pearlctl/rpc-password',
      }),
      conf: gateway.key('conf', filePath, {
        whenUnset: 'the keys above',
        doc: "The node's own pearld.conf. Certificate, user, password and port are read from it where they are not set here.",
        example: '~/.pearld/pearld.conf',
      }),
      rpc_cert: gateway.key('rpcCert', filePath, {
        whenUnset: 'rpc.cert beside conf, if it is there',
        doc: "The certificate of the node's RPC, in PEM, for an rpc_url with https://. The node makes it as rpc.cert.",
        example: '~/.pearld/rpc.cert',
      }),
    },
  },
  supervisor: {
    doc: 'How children are restarted.',
    place: null,
    isOneValue: true,
    keys: restartPolicy,
  },
  'supervisor.NAME': {
    doc: 'The restart policy of one child. A key that is not set here is as in [supervisor].',
    names: ['miner', 'gateway'],
    place: 'supervisor',
    isOneValue: true,
    keys: restartPolicy,
  },
  service: {
    doc: 'What the installed service may use. A change takes effect with the next install.',
    keys: {
      cpu_weight: service.key('cpuWeight', wordOr('idle', 'idle', wholeNumber(1, 10_000)), {
        whenUnset: 'idle: only what no other program wants',
        doc: "systemd's CPUWeight=: the service's share of a busy machine, beside the 100 of everything else.",
        example: '20',
      }),
      memory_max: service.key('memoryMaxBytes', size('64M', '1T'), {
        whenUnset: 'no limit',
        doc: "systemd's MemoryMax=: above it, the kernel ends a process of the service.",
        example: '2G',
      }),
      process_type: service.key('processType', oneOf(['standard', 'background', 'adaptive', 'interactive']), {
        default: 'standard',
        doc: "launchd's ProcessType. background keeps the service, with the miner, on the efficiency cores.",
        example: 'background',
      }),
    },
  },
  sidecar: {
    doc: 'The state file that other programs read.',
    keys: {
      mirror: supervisor.key('mirror', filePath, {
        whenUnset: 'none',
        doc: 'A second state file, with the seven keys that OpenJarvis reads.',
        example: '~/.openjarvis/runtime/mining.json',
      }),
    },
  },
  logs: {
    doc: 'Log lines, and the files that hold them where there is no journal.',
    keys: {
      level: supervisor.key('level', oneOf(['debug', 'info', 'warn', 'error']), {
        default: 'info',
        doc: 'The least important lines that are kept.',
        example: 'debug',
      }),
      max_size: supervisor.key('maxBytes', size('64K', '10G'), {
        default: '10M',
        doc: 'A log file is put aside at this size.',
        example: '50M',
      }),
      max_age: supervisor.key('maxAgeMs', duration('1h', '3650d'), {
        default: '30d',
        doc: 'A log file is put aside when its first line is this old.',
        example: '7d',
      }),
      files: supervisor.key('files', wholeNumber(1, 100), {
        default: '5',
        doc: 'How many log files are kept, with the current one.',
        example: '3',
      }),
    },
  },
} as const satisfies Record<string, Section>;
