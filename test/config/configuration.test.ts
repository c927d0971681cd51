// The configuration as a whole: defaults, every rule between keys, and for every error its code, line and key.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { checkConfig, parseConfig } from '../../src/config/configuration.ts';
import { defaultOf, whenUnset } from '../../src/config/key.ts';
import { sectionNames } from '../../src/config/key-names.ts';
import { NETWORKS, type Network } from '../../src/protocol/networks.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const program = new Uint8Array(32).fill(9);
const wallet = (network: Network) => walletFromProgram(program, network);
const devnet = `network = devnet\n[miner]\nwallet = ${wallet('devnet')}\n`;
const mainnet = `[miner]\nwallet = ${wallet('mainnet')}\n[pool]\nurl[] = stratum+ssl://pool.example.com:3333\n`;
const regtest = `network = regtest\n[miner]\nwallet = ${wallet('regtest')}\n`;

t.test('the documented example, comments behind the values and all, is read as it says', async (t) => {
  const text = `network = devnet              ; mainnet | testnet | testnet2 | simnet | regtest | devnet
[miner]
provider = cpu-pearl
wallet = ${wallet('devnet')}              ; checked: bech32m, witness v1, 32 bytes, prefix of the network
worker = desk
threads = auto                ; number | auto (one per physical core this process may use) | 75%
[shape]
preset = light                ; auto | light | large | pool | test (regtest and simnet only) | custom, then m, n, k, rank
[gateway]
kind = devnet                 ; devnet | pool | external | attached (a gateway another program runs)
host = 127.0.0.1
port = 8337
metrics_port = 8339
`;
  const config = parseConfig(text, 'x.ini');
  const usual = parseConfig(devnet, 'x.ini');
  const shape = { ...usual.shape, preset: 'light' };
  t.same(config, { ...usual, shape, miner: { ...config.miner, worker: 'desk' } });
  t.match(config, {
    network: 'devnet',
    miner: { wallet: wallet('devnet'), threads: { kind: 'auto' }, memoryBytes: null, pollIntervalMs: 1000 },
    shape: { preset: 'light', m: 16384, n: 12288, k: 2048, rank: 128 },
    gateway: {
      kind: 'devnet',
      host: '127.0.0.1',
      port: 8337,
      metricsPort: 8339,
      socket: null,
      stopTimeoutMs: 5000,
      proofTimeoutMs: 300_000,
    },
  });
});

t.test('every documented default is a value of its kind, and so is every example', async (t) => {
  for (const [section, { keys }] of sectionNames()) {
    for (const [name, key] of Object.entries(keys)) {
      const title = `[${section}] ${name}`;
      const usual = defaultOf(key);
      if (usual === null) t.match(whenUnset(key), /./, `${title} says what holds when it is unset`);
      else t.not(key.kind.read(usual), undefined, title);
      const lines = [...(section === '' ? [] : [`[${section}]`]), `${name}${key.list ? '[]' : ''} = "${key.example}"`];
      const { problems } = checkConfig(lines.join('\n'), 'x.ini', { home: '/home/u' });
      // Addresses in examples are shortened, and an example alone can break a rule between keys.
      const aboutKind = problems.filter(
        ({ code, message }) => code === 'CONFIG_INVALID' && message.includes('must be'),
      );
      t.same(
        aboutKind.map(({ message }) => message),
        [],
        title,
      );
    }
  }
});

t.test('without a kind, the network decides', async (t) => {
  t.equal(parseConfig(devnet, 'x').gateway.kind, 'devnet');
  t.equal(parseConfig(mainnet, 'x').gateway.kind, 'pool');
  t.equal(parseConfig(mainnet, 'x').network, 'mainnet');
  t.equal(parseConfig(regtest, 'x').gateway.kind, 'external');
});

t.test('each network goes with the kinds of gateway that exist there, and with no other', async (t) => {
  for (const network of NETWORKS) {
    for (const kind of ['devnet', 'pool', 'external', 'attached'] as const) {
      const url = 'url[] = stratum+tcp://h:1';
      const text = `network = ${network}\n[miner]\nwallet = ${wallet(network)}\n[pool]\n${url}\n[gateway]\nkind = ${kind}\n`;
      const fits =
        kind === 'devnet' ? network === 'devnet' : network !== 'devnet' && (kind !== 'pool' || network === 'mainnet');
      const { problems } = checkConfig(text, 'x.ini');
      t.same(
        problems.map(({ code, line, key }) => [code, line, key]),
        fits ? [] : [['CONFIG_INVALID', 7, 'gateway.kind']],
        `${network} ${kind}`,
      );
    }
  }
});

t.test('values are typed: threads, sizes, durations, limits', async (t) => {
  const config = parseConfig(
    `${regtest}threads = 75%\nmemory = 128M\npoll_interval = 250ms\nmatrices = random\n[shape]\npreset = test\n
[supervisor]\nlimit = 3 in 90s\nbackoff_initial = 1s\n[supervisor.miner]\nrestart = always\n
[service]\ncpu_weight = idle\nmemory_max = 2G\n[logs]\nmax_size = 64K\n[gateway]\nhost = [::1]\nport = 0\nmetrics_port = 0\n`,
    'x.ini',
  );
  t.match(config.miner, {
    threads: { kind: 'percent', percent: 75 },
    memoryBytes: 2 ** 27,
    pollIntervalMs: 250,
    matrices: 'random',
  });
  t.same(config.shape.rows, [0, 8, 64, 72]);
  t.match(config.supervisor.miner, {
    restart: 'always',
    backoffInitialMs: 1000,
    backoffMaxMs: 30_000,
    limit: { count: 3, windowMs: 90_000 },
  });
  t.match(config.supervisor.gateway, { restart: 'on-failure', backoffInitialMs: 1000, healthyAfterMs: 60_000 });
  t.match(config.service, { cpuWeight: 'idle', memoryMaxBytes: 2 ** 31 });
  t.match(config.gateway, { host: '::1', port: 0, metricsPort: 0, command: ['pearl-gateway', 'start'] });
  t.match(config.pearld, {
    rpcUrl: 'http://localhost:18334',
    rpcUser: 'rpcuser',
    rpcPasswordEnv: 'PEARLD_RPC_PASSWORD',
  });
  t.match(parseConfig(`${devnet}threads = 8`, 'x').miner.threads, { kind: 'count', count: 8 });
});

t.test('a home folder in a path is put in, and only where there is one', async (t) => {
  const text = `${regtest}[sidecar]\nmirror = ~/.openjarvis/runtime/mining.json\n[pearld]\nconf = ~/.pearld/pearld.conf\n`;
  const config = parseConfig(text, 'x.ini', { home: '/home/u' });
  t.equal(config.sidecar.mirror, '/home/u/.openjarvis/runtime/mining.json');
  t.match(config.pearld, { conf: '/home/u/.pearld/pearld.conf', rpcUrl: null, rpcUser: null, rpcPasswordEnv: null });
  const { problems } = checkConfig(text, 'x.ini');
  t.same(
    problems.map(({ line, key }) => [line, key]),
    [
      [5, 'sidecar.mirror'],
      [7, 'pearld.conf'],
    ],
  );
});

t.test('pools keep their order, their pins and their settings', async (t) => {
  const { pool } = parseConfig(`${mainnet}url[] = stratum+tcp://b:2\npass = "d=100;x"\nmax_in_flight = 8\n`, 'x.ini');
  t.same(
    pool.urls.map(({ name }) => name),
    ['stratum+ssl://pool.example.com:3333', 'stratum+tcp://b:2'],
  );
  t.match(pool, { pass: 'd=100;x', login: null, user: null, maxInFlight: 8, maxSubmitsPerMinute: null });
});

t.test('no wallet is needed where a raw login stands for it, or another program runs the gateway', async (t) => {
  t.equal(parseConfig('[pool]\nurl[] = stratum+tcp://h:1\nlogin = solo:me\n', 'x').miner.wallet, '');
  t.equal(parseConfig('network = testnet\n[gateway]\nkind = attached\n', 'x').miner.wallet, '');
});

t.test('an address in capitals becomes one in small letters', async (t) => {
  t.equal(
    parseConfig(devnet.replace(wallet('devnet'), wallet('devnet').toUpperCase()), 'x').miner.wallet,
    wallet('devnet'),
  );
});

t.test('words that mean something in JSON are texts here', async (t) => {
  for (const word of ['true', 'false', 'null', '12'])
    t.equal(parseConfig(`${devnet}worker = ${word}`, 'x').miner.worker, word);
});

/** Each error once: the lines after `base`, which has three (devnet, regtest) or four (mainnet) lines. */
const wrong: [
  base: string,
  added: string,
  code: string,
  line: number | null,
  key: string | null,
  says: RegExp,
  hint: RegExp,
][] = [
  [devnet, 'wroker = a', 'CONFIG_UNKNOWN_KEY', 4, null, /no key wroker in \[miner\]/, /\[miner\] worker\?/],
  [devnet, 'port = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no key port in \[miner\]/, /under \[gateway\]/],
  [
    devnet,
    'network = devnet',
    'CONFIG_UNKNOWN_KEY',
    4,
    null,
    /no key network in \[miner\]/,
    /before the first section/,
  ],
  [devnet, 'zzzzzzzz = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no key zzzzzzzz/, /Its keys are provider, wallet/],
  [devnet, '__proto__ = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no key __proto__/, /./],
  [devnet, 'constructor = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no key constructor/, /./],
  [devnet, '[__proto__]\npolluted = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no section \[__proto__\]/, /./],
  [devnet, '[constructor]', 'CONFIG_UNKNOWN_KEY', 4, null, /no section/, /./],
  [devnet, '[gatway]\nport = 1', 'CONFIG_UNKNOWN_KEY', 4, null, /no section \[gatway\]/, /\[gateway\]\?/],
  [devnet, '[policy]', 'CONFIG_UNKNOWN_KEY', 4, null, /no section \[policy\]/, /./],
  [devnet, '[supervisor.NAME]', 'CONFIG_UNKNOWN_KEY', 4, null, /no section \[supervisor.NAME\]/, /supervisor.miner/],
  [devnet, '[supervisor.web]', 'CONFIG_UNKNOWN_KEY', 4, null, /no section \[supervisor.web\]/, /\[supervisor\]\?/],
  [devnet, '[Gateway]', 'CONFIG_UNKNOWN_KEY', 4, null, /\[Gateway\]/, /\[gateway\]\?/],
  [devnet, 'worker[] = a', 'CONFIG_INVALID', 4, 'miner.worker', /takes one value/, /worker = /],
  [devnet, '[pool]\nurl = stratum+tcp://h:1', 'CONFIG_INVALID', 5, 'pool.url', /is a list/, /url\[\] = /],
  [devnet, 'worker = a b', 'CONFIG_INVALID', 4, 'miner.worker', /must be 1 to 64 letters.*"a b"/, /worker = desk/],
  [devnet, 'worker =', 'CONFIG_INVALID', 4, 'miner.worker', /must be/, /./],
  [devnet, 'threads = 0', 'CONFIG_INVALID', 4, 'miner.threads', /auto, a number/, /./],
  [devnet, 'threads = 101%', 'CONFIG_INVALID', 4, 'miner.threads', /1% to 100%/, /./],
  [devnet, 'memory = 512', 'CONFIG_INVALID', 4, 'miner.memory', /auto, or a size/, /512M/],
  [devnet, 'memory = 1M', 'CONFIG_INVALID', 4, 'miner.memory', /16M/, /./],
  [devnet, 'poll_interval = 1', 'CONFIG_INVALID', 4, 'miner.poll_interval', /a duration/, /500ms/],
  [devnet, 'provider = gpu', 'CONFIG_INVALID', 4, 'miner.provider', /cpu-pearl/, /./],
  [devnet, '[gateway]\nhost = 0.0.0.0', 'CONFIG_INVALID', 5, 'gateway.host', /loopback/, /./],
  [devnet, '[gateway]\nhost = 192.168.1.2', 'CONFIG_INVALID', 5, 'gateway.host', /loopback/, /./],
  [devnet, '[gateway]\nhost = 127.0.0.1.example.com', 'CONFIG_INVALID', 5, 'gateway.host', /loopback/, /./],
  [devnet, '[gateway]\nport = 65536', 'CONFIG_INVALID', 5, 'gateway.port', /65535/, /./],
  [devnet, '[gateway]\nport = 8339', 'CONFIG_INVALID', 5, 'gateway.port', /both 8339/, /its own/],
  [devnet, '[gateway]\nport = 1\nmetrics_port = 1', 'CONFIG_INVALID', 6, 'gateway.metrics_port', /both 1/, /./],
  [devnet, '[gateway]\nsocket = gateway.sock', 'CONFIG_INVALID', 5, 'gateway.socket', /absolute path/, /./],
  [devnet, `[gateway]\nsocket = /${'x'.repeat(103)}`, 'CONFIG_INVALID', 5, 'gateway.socket', /103 bytes/, /shorter/],
  [regtest, '[gateway]\nkind = attached\nport = 0', 'CONFIG_INVALID', 6, 'gateway.port', /runs already/, /real port/],
  [regtest, '[gateway]\ncommand[] = ""', 'CONFIG_INVALID', 5, 'gateway.command', /empty program/, /./],
  [devnet, '[shape]\npreset = test', 'SHAPE_INVALID', 5, 'shape.preset', /at least 128 on devnet/, /light/],
  [devnet, '[shape]\npreset = light\nk = 4096', 'SHAPE_INVALID', 6, 'shape.k', /preset is light/, /preset = custom/],
  [devnet, '[shape]\nm = 1024\nn = 1024\nk = 1000', 'SHAPE_INVALID', 5, 'shape.m', /multiple of 64/, /./],
  [devnet, '[shape]\nm = 1024\nn = 1024', 'SHAPE_INVALID', null, 'shape.k', /k is missing/, /Set k/],
  [devnet, '[shape]\nm = 1024\nn = 1024\nk = 2048\nrows = 0,1', 'SHAPE_INVALID', 8, 'shape.rows', /go together/, /./],
  [
    devnet,
    '[shape]\nm = 1024\nn = 1024\nk = 2048\nrows = 0,x',
    'CONFIG_INVALID',
    8,
    'shape.rows',
    /commas/,
    /0,8,64,72/,
  ],
  [mainnet, 'url[] = stratum+tcp://h', 'CONFIG_INVALID', 5, 'pool.url', /must look like/, /url\[\] = stratum/],
  [mainnet, 'url[] = stratum+tcp://h:1?insecure=1', 'CONFIG_INVALID', 5, 'pool.url', /only stratum\+ssl/, /./],
  [mainnet, 'url[] = stratum+ssl://pool.example.com:3333', 'CONFIG_INVALID', 4, 'pool.url', /twice/, /./],
  [mainnet, 'user = prl1qqq', 'WALLET_INVALID', 5, 'pool.user', /\[pool\] user: .*checksum|short/, /./],
  [mainnet, `user = ${wallet('mainnet')}\nlogin = me`, 'CONFIG_INVALID', 5, 'pool.user', /login and user/, /./],
  [mainnet, 'pass = x\npassword_env = P', 'CONFIG_INVALID', 6, 'pool.password_env', /pass and password_env/, /./],
  [mainnet, 'password_env = $P', 'CONFIG_INVALID', 5, 'pool.password_env', /name of an environment variable/, /./],
  [regtest, '[pearld]\nrpc_url = localhost:1', 'CONFIG_INVALID', 5, 'pearld.rpc_url', /http:\/\//, /./],
  [regtest, '[pearld]\nrpc_url = http://', 'CONFIG_INVALID', 5, 'pearld.rpc_url', /no URL/, /./],
  [
    regtest,
    '[pearld]\nrpc_url = http://a:hunter2@h:1',
    'CONFIG_INVALID',
    5,
    'pearld.rpc_url',
    /a password in it/,
    /rpc_user/,
  ],
  [
    regtest,
    '[pearld]\nrpc_password_env = P\nrpc_password_file = /p',
    'CONFIG_INVALID',
    6,
    'pearld.rpc_password_file',
    /both say/,
    /./,
  ],
  [devnet, '[supervisor]\nlimit = 10', 'CONFIG_INVALID', 5, 'supervisor.limit', /10 in 10m/, /./],
  [devnet, '[supervisor]\nlimit = 0 in 10m', 'CONFIG_INVALID', 5, 'supervisor.limit', /restarts in a time/, /./],
  [devnet, '[supervisor]\nbackoff_initial = 2m', 'CONFIG_INVALID', 5, 'supervisor.backoff_initial', /longer than/, /./],
  [
    devnet,
    '[supervisor.miner]\nbackoff_max = 10ms',
    'CONFIG_INVALID',
    5,
    'supervisor.miner.backoff_max',
    /of the miner/,
    /./,
  ],
  [devnet, '[service]\ncpu_weight = 0', 'CONFIG_INVALID', 5, 'service.cpu_weight', /idle, or a whole number/, /./],
  [devnet, '[sidecar]\nmirror = mining.json', 'CONFIG_INVALID', 5, 'sidecar.mirror', /absolute path/, /./],
  [devnet, '[logs]\nlevel = verbose', 'CONFIG_INVALID', 5, 'logs.level', /debug \| info/, /./],
  ['', 'network = maimnet', 'CONFIG_INVALID', 1, 'network', /mainnet \| testnet/, /./],
  ['', 'network = devnet', 'WALLET_INVALID', null, 'miner.wallet', /empty/, /rprl1p/],
  ['', `[miner]\nwallet = ${wallet('mainnet')}`, 'CONFIG_INVALID', null, 'pool.url', /no pool/, /url\[\]/],
  [
    '',
    `network = devnet\n[miner]\nwallet = ${wallet('mainnet')}`,
    'WALLET_INVALID',
    3,
    'miner.wallet',
    /for mainnet/,
    /./,
  ],
  ['', 'network = devnet\n[miner]\nwallet = ""', 'WALLET_INVALID', 3, 'miner.wallet', /empty/, /./],
];

for (const [base, added, code, line, key, says, hint] of wrong) {
  t.test(`${JSON.stringify(added.slice(0, 70))} is refused as ${code} in line ${line}`, async (t) => {
    const { problems } = checkConfig(base + added, 'x.ini', { home: '/home/u' });
    const [first] = problems;
    if (first === undefined) {
      t.fail('accepted');
      return;
    }
    t.equal(first.code, code);
    t.equal(first.exitCode, 78);
    t.equal(first.line, line);
    t.equal(first.key, key);
    t.match(first.message, says);
    t.match(first.hint ?? '', hint);
    t.throws(() => parseConfig(base + added, 'x.ini', { home: '/home/u' }), { code, message: first.message });
  });
}

t.test('all problems of a file are found at once, in the order of the lines', async (t) => {
  const { config, problems } = checkConfig(
    `${devnet}wroker = a\nthreads = many\n[gateway]\nport = x\n[nope]\n`,
    'x.ini',
  );
  t.equal(config, null);
  t.same(
    problems.map(({ line }) => line),
    [4, 5, 7, 8],
  );
});

t.test('a network that is misspelt is the only problem of its file', async (t) => {
  const { problems } = checkConfig(`network = devnte\n[miner]\nwallet = ${wallet('devnet')}\n`, 'x.ini');
  t.same(
    problems.map(({ key }) => key),
    ['network'],
  );
});

t.test('neither a password nor an address with one in it is ever shown', async (t) => {
  const long = `hunter2${'x'.repeat(300)}`;
  for (const text of [`${mainnet}pass = ${long}`, `${regtest}[pearld]\nrpc_url = http://a:hunter2@h:1`]) {
    const shown = checkConfig(text, 'x.ini').problems.map(({ message, hint }) => `${message} ${hint}`);
    t.ok(shown.length > 0);
    t.notMatch(shown.join(), /hunter2/);
  }
});

t.test('prototypes stay as they are', async (t) => {
  checkConfig('[__proto__]\npolluted = 1\n', 'x.ini');
  t.equal(({} as Record<string, unknown>).polluted, undefined);
});

t.test('a file with a byte order mark and the line ends of Windows reads like any other', async (t) => {
  t.same(parseConfig(`\uFEFF${devnet.replaceAll('\n', '\r\n')}`, 'x.ini'), parseConfig(devnet, 'x.ini'));
});

t.test('no text makes the parser throw anything but a PearlError', async () => {
  const words = sectionNames().flatMap(([section, { keys }]) => [
    `[${section}]`,
    ...Object.entries(keys).flatMap(([name, key]) => [`${name} = ${key.example}`, `${name}[] = `, `${name} = "`]),
  ]);
  const lines = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 40 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        lines.map((some) => some.join('\n')),
      ),
      (text) => {
        try {
          parseConfig(text, 'x.ini', { home: '/home/u' });
        } catch (error) {
          return (
            error instanceof PearlError &&
            error instanceof ConfigError &&
            error.hint !== undefined &&
            error.exitCode === 78
          );
        }
        return true;
      },
    ),
    { numRuns: 1000 },
  );
});
