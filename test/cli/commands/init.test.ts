import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { BRIEF_TRIALS, CLI, runCli } from '../run-cli.ts';

// A calibration takes some seconds of processor time on each core, which a loaded machine gives slowly.
t.setTimeout(600_000);

const wallet = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');
const POOL = 'stratum+ssl://pool.example.com:3333';

t.test('init --yes on the devnet needs no answer, and makes a file for its owner alone', async (t) => {
  const home = t.testdir();
  const path = join(home, 'new', 'pearlctl.ini');
  const run = await runCli(['init', '--yes', '--network', 'devnet', '--config', path], { home });
  t.match(run, {
    code: 0,
    stdout: /^Written: .*pearlctl\.ini\n(?:Its ports .*\n)?.*worth nothing.*\nNext: pearlctl run/,
    stderr: '',
  });
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.match(parseConfig(readFileSync(path, 'utf8'), path), { network: 'devnet', gateway: { kind: 'devnet' } });
});

t.test('init --yes again keeps the wallet, so that it changes nothing', async (t) => {
  const home = t.testdir();
  const flags = ['init', '--yes', '--network', 'devnet'];
  t.equal((await runCli(flags, { home })).code, 0);
  const before = readFileSync(join(home, 'pearlctl.ini'), 'utf8');
  t.match(await runCli(flags, { home }), { code: 0, stdout: /nothing was changed/ });
  t.equal(readFileSync(join(home, 'pearlctl.ini'), 'utf8'), before);
  t.equal((await runCli(['config', 'set', 'gateway.port=0', 'logs.level=warn'], { home })).code, 0);
  t.match(await runCli(flags, { home }), { code: 0, stdout: /nothing was changed/ }, 'also after `config set`');
  t.notOk(existsSync(join(home, 'pearlctl.ini.bak')), 'nothing was changed, so nothing is kept');
  const other = await runCli(['init', '--yes', '--pool', POOL, '--overwrite'], { home });
  t.match(other, { code: 2, stderr: /--wallet/ }, 'a wallet of the devnet is none of mainnet');
});

t.test('init --yes keeps what no flag says, as far as it goes with the flags', async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  const init = (...flags: string[]) => runCli(['init', '--yes', ...flags], { home });
  const all = ['--wallet', wallet, '--pool', POOL, '--pool', 'stratum+tcp://b.example:1', '--threads', '1'];
  t.equal((await init(...all, '--worker', 'desk')).code, 0);
  t.match(await init(), { code: 0, stdout: /nothing was changed/ });
  t.match(await init('--threads', '2', '--overwrite'), { code: 0, stderr: /^\[miner\] threads: 1 → 2\n$/ });
  t.match(await init('--rpc-url', 'http://h:1', '--overwrite'), { code: 0 });
  t.match(parseConfig(readFileSync(path, 'utf8'), path), {
    network: 'mainnet',
    miner: { wallet, worker: 'desk', threads: { count: 2 } },
    gateway: { kind: 'external' },
    pearld: { rpcUrl: 'http://h:1' },
  });
  const back = await init('--pool', POOL, '--overwrite');
  t.match(back, {
    code: 0,
    stderr: /kind: external → pool\n[\s\S]*url\[\]: .*, stratum\+tcp:\/\/b\.example:1 → stratum/,
  });
  const node = walletFromProgram(Buffer.alloc(32, 2), 'testnet');
  t.match(await init('--network', 'testnet'), { code: 2, stderr: /No wallet was given/ }, 'nothing of another network');
  t.equal((await init('--network', 'testnet', '--wallet', node, '--overwrite')).code, 0);
  t.match(await init(), { code: 0, stdout: /nothing was changed/ }, 'the network is kept too');
  writeFileSync(path, '[miner\n');
  t.match(
    await init('--gateway', 'devnet', '--overwrite'),
    { code: 0 },
    'a file that cannot be read has nothing to keep',
  );
});

t.test('init says what to type next, as its gateway needs it', async (t) => {
  const next = async (...flags: string[]) => {
    const { code, stdout } = await runCli(['init', '--yes', '--wallet', wallet, ...flags], { home: t.testdir() });
    t.equal(code, 0);
    return stdout;
  };
  t.match(await next('--pool', POOL), 'Next: pearlctl run');
  t.match(await next('--gateway', 'external'), 'Next: pearlctl doctor secrets gateway-program node-rpc');
  t.match(await next('--gateway', 'attached'), 'Next: pearlctl doctor gateway');
});

t.test('the next step of an external gateway can be typed, and finds what is missing', async (t) => {
  const home = t.testdir();
  t.equal((await runCli(['init', '--yes', '--wallet', wallet, '--gateway', 'external'], { home })).code, 0);
  const doctor = await runCli(['doctor', 'secrets', 'gateway-program', 'node-rpc'], { home });
  t.match(doctor, { code: 1, stdout: /PEARLD_RPC_PASSWORD/ });
});

t.test('init --yes measures only when told, and keeps that for the miner', async (t) => {
  const home = t.testdir();
  const flags = ['init', '--yes', '--network', 'devnet', '--json'];
  t.match(JSON.parse((await runCli(flags, { home })).stdout), { calibration: null });
  t.notOk(existsSync(join(home, 'state')));
  const again = await runCli(['init', '--calibrate', '--yes', '--json'], { home, env: BRIEF_TRIALS });
  t.equal(again.code, 0, again.stderr);
  t.match(JSON.parse(again.stdout), { calibration: { kernel: String, macsPerSecond: Number, spread: Number } });
  t.ok(existsSync(join(home, 'state', 'calibration.json')));
});

t.test('every answer is a flag, and lands in the file', async (t) => {
  const home = t.testdir();
  const flags = [
    '--wallet',
    wallet,
    '--pool',
    POOL,
    '--pool',
    'stratum+tcp://b.example:1',
    '--worker',
    'desk',
    '--threads',
    '50%',
  ];
  const { code, stdout } = await runCli(['init', '--yes', ...flags, '--json'], { home });
  t.equal(code, 0);
  const path = join(home, 'pearlctl.ini');
  t.match(JSON.parse(stdout), { schemaVersion: 1, path, changed: true, walletMadeUp: false });
  t.match(parseConfig(readFileSync(path, 'utf8'), path), {
    network: 'mainnet',
    miner: { wallet, worker: 'desk', threads: { kind: 'percent', percent: 50 } },
    gateway: { kind: 'pool' },
    pool: { urls: [{ name: POOL }, { name: 'stratum+tcp://b.example:1' }] },
  });
});

t.test('an existing configuration is kept, what would change is shown, and only changed when told', async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  const flags = ['init', '--yes', '--wallet', wallet, '--pool', POOL];
  t.equal((await runCli(flags, { home })).code, 0);
  const before = readFileSync(path, 'utf8');
  t.match(await runCli(flags, { home }), { code: 0, stdout: /nothing was changed/ }, 'the same again changes nothing');
  const other = await runCli([...flags, '--worker', 'attic'], { home });
  const says = /worker: pearlctl → attic[\s\S]*left as it is\.\n {2}.*--overwrite/;
  t.match(other, { code: 2, stdout: '', stderr: says });
  t.equal(readFileSync(path, 'utf8'), before);
  const replaced = await runCli([...flags, '--worker', 'attic', '--overwrite'], { home });
  t.match(replaced, { code: 0, stderr: /worker: pearlctl → attic/ }, 'never without showing what changes');
  t.match(replaced.stdout, `The file before is kept: ${path}.bak`);
  t.equal(readFileSync(`${path}.bak`, 'utf8'), before);
  t.equal(statSync(`${path}.bak`).mode & 0o777, 0o600);
  t.match(readFileSync(path, 'utf8'), 'worker = attic');
});

t.test('a wrong or missing answer writes nothing, and names the flag or the key', async (t) => {
  for (const { flags, code, says } of [
    { flags: [], code: 2, says: /no terminal.*\n.*--yes/ },
    { flags: ['--yes'], code: 2, says: /No wallet was given.*\n.*--wallet/ },
    { flags: ['--yes', '--wallet', wallet], code: 2, says: /No pool was given.*\n.*--pool/ },
    { flags: ['--yes', '--wallet', `${wallet}q`, '--pool', POOL], code: 78, says: /^pearlctl: --wallet: .*checksum/ },
    { flags: ['--yes', '--wallet', 'foo', '--pool', POOL], code: 78, says: /^pearlctl: --wallet: .*no prefix/ },
    {
      flags: ['--yes', '--wallet', wallet, '--pool', 'http://pool'],
      code: 78,
      says: /^pearlctl: --pool must.*stratum/,
    },
    {
      flags: ['--yes', '--wallet', wallet, '--pool', 'pool.example.com:3333'],
      code: 78,
      says: /--pool must.*\n {2}Did you mean: --pool stratum\+tcp:\/\/pool\.example\.com:3333\n$/,
    },
    {
      flags: ['--yes', '--network', 'devnet', '--threads', '0'],
      code: 78,
      says: /--threads must.*\n.*: --threads 75%/,
    },
    { flags: ['--yes', '--network', 'moon'], code: 2, says: /--network takes one of mainnet/ },
    { flags: ['--yes', '--network', 'devnet', '--worker', 'a\nb'], code: 78, says: /^pearlctl: --worker must/ },
    {
      flags: ['--yes', '--network', 'devnet', '--pool', POOL],
      code: 2,
      says: /--pool does not go with --network devnet/,
    },
    { flags: ['--yes', '--pool', POOL, '--rpc-url', 'http://h:1'], code: 2, says: /--rpc-url does not .* --pool/ },
    {
      flags: ['--yes', '--pool', POOL, '--gateway', 'external'],
      code: 2,
      says: /--pool does not .* --gateway external/,
    },
    {
      flags: ['--yes', '--gateway', 'pool', '--network', 'testnet'],
      code: 2,
      says: /does not go .*\n.*external or attached/,
    },
    { flags: ['--yes', '--gateway', 'devnet', '--rpc-user', 'me'], code: 2, says: /--rpc-user does not/ },
    {
      flags: ['--yes', '--network', 'devnet', '--calibrate', '--no-calibrate'],
      code: 2,
      says: /--no-calibrate does not/,
    },
  ]) {
    const home = t.testdir();
    const run = await runCli(['init', ...flags], { home });
    t.match(run, { code, stdout: '', stderr: says }, flags.join(' '));
    t.notOk(existsSync(join(home, 'pearlctl.ini')), 'nothing was written');
  }
});

t.test('config shows, gets, sets and unsets, and keeps comments', async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  const text = `# mine\nnetwork = mainnet\n[miner]\nwallet = ${wallet} ; to me\n[pool]\nurl[] = ${POOL}\n`;
  writeFileSync(path, text, { mode: 0o640 });
  const config = (...words: string[]) => runCli(['config', ...words], { home });
  t.match(await config('get', 'miner.threads'), { code: 0, stdout: 'auto\n' });
  t.match(await config('get', 'pool.login'), { code: 1, stdout: '\n' }, 'not set, no default');
  t.match(await config('get', 'gateway.command'), { code: 1, stdout: '\n' }, 'nor a list');
  t.match(await config('set', 'miner.threads', '2'), { code: 0, stdout: /\+ threads = 2/ });
  const got = await config('get', 'miner.threads', '--json');
  t.same(JSON.parse(got.stdout), { schemaVersion: 1, key: 'miner.threads', value: '2', origin: 'file', line: 5 });
  t.equal(readFileSync(path, 'utf8'), text.replace('; to me\n', '; to me\nthreads = 2\n'));
  t.equal(statSync(path).mode & 0o777, 0o640, 'the file keeps its mode');
  t.match(await config('show'), { code: 0, stdout: /miner\.threads +line 5 +2\n/ });
  t.match(await config('show', '--effective'), { code: 0, stdout: /gateway\.port +default +8337\n/ });
  t.match(await config('unset', 'miner.threads'), { code: 0, stdout: /- threads = 2/ });
  t.equal(readFileSync(path, 'utf8'), text);
  t.match(await config('validate'), { code: 0, stdout: /is fine/ });
});

t.test(
  'from the devnet to mainnet: each refusal names the key to set together with, and one step does it',
  async (t) => {
    const home = t.testdir();
    const config = (...words: string[]) => runCli(['config', ...words], { home });
    t.match(await runCli(['init', '--network', 'devnet', '--yes'], { home }), { code: 0 });
    for (const [words, together] of [
      [['network', 'mainnet'], 'network=mainnet miner.wallet=VALUE'],
      [['miner.wallet', wallet], `miner.wallet=${wallet} network=mainnet`],
      [['network=mainnet', `miner.wallet=${wallet}`], `network=mainnet miner.wallet=${wallet} gateway.kind=VALUE`],
    ] as const) {
      const { code, stderr } = await config('set', ...words);
      t.equal(code, 78);
      t.ok(stderr.includes(`Set them together: pearlctl config set ${together}`), stderr);
    }
    const whole = [
      'network=mainnet',
      `miner.wallet=${wallet}`,
      'gateway.kind=pool',
      `pool.url=${POOL}`,
      'pool.url=stratum+tcp://b.example.com:1',
    ];
    t.match(await config('set', ...whole), { code: 0, stdout: /- network = devnet\n/ });
    t.match(await config('get', 'pool.url'), { stdout: `${POOL}\nstratum+tcp://b.example.com:1\n` });
    t.match(await config('unset', 'pool.url', 'miner.wallet'), { code: 78 }, 'checked together as well');
    t.match(await config('set', 'miner.threads=2', 'two'), {
      code: 2,
      stderr: /"two" has no value\.\n.*KEY=VALUE KEY=VALUE/,
    });
  },
);

t.test('config refuses what would break the file, and leaves it as it was', async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  const text = `network = mainnet\n[miner]\nwallet = ${wallet}\n[pool]\nurl[] = ${POOL}\n`;
  writeFileSync(path, text, { mode: 0o600 });
  for (const { words, code, says } of [
    { words: ['set', 'miner.treads', '2'], code: 78, says: /Did you mean miner\.threads/ },
    { words: ['set', 'miner.threads', 'many'], code: 78, says: /threads must be/ },
    {
      words: ['set', 'pool.url', 'a.example:1'],
      code: 78,
      says: /must look.*\n.*mean: stratum\+tcp:\/\/a\.example:1\n/,
    },
    { words: ['set', 'network', 'devnet'], code: 78, says: /wallet|pool|kind/ },
    { words: ['set', 'miner.threads'], code: 2, says: /new value is missing/ },
    { words: ['unset', 'miner.wallet'], code: 78, says: /wallet/ },
    { words: ['get'], code: 2, says: /key is missing/ },
    { words: ['edit'], code: 2, says: /no terminal/ },
  ]) {
    const run = await runCli(['config', ...words], { home });
    t.match(run, { code, stdout: '', stderr: says }, words.join(' '));
    t.equal(readFileSync(path, 'utf8'), text);
  }
});

const MAY_MOUNT = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

t.test(
  'init on a full disk says so, and leaves nothing half written',
  { skip: !MAY_MOUNT && 'needs unshare and root' },
  async (t) => {
    const home = t.testdir();
    const full =
      'mount -t tmpfs -o size=64k none "$0" && ! head -c 100000 /dev/zero >"$0/filler" 2>/dev/null && "$@"; code=$?; ls "$0"; exit $code';
    const words = [process.execPath, CLI, 'init', '--yes', '--network', 'devnet'];
    const env = { ...process.env, PEARLCTL_HOME: home };
    const run = spawnSync('unshare', ['-m', 'sh', '-c', full, home, ...words], { env, encoding: 'utf8' });
    t.match(run, {
      status: 69,
      stdout: /^filler$/m,
      stderr: /^pearlctl: The disk is full: .*pearlctl\.ini cannot be written\.\n {2}Free/,
    });
    t.equal(run.stdout, 'filler\n');
  },
);
