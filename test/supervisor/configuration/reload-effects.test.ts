// What a change of each key restarts, written out: a row of the key table with another effect fails here.
import t from 'tap';
import { fixText } from '../../../src/base/fix.ts';
import { parseConfig } from '../../../src/config/configuration.ts';
import { editConfig } from '../../../src/config/edit-line.ts';
import type { Effect } from '../../../src/config/key.ts';
import { pathOf, sectionNames, splitPath } from '../../../src/config/key-names.ts';
import type { Config } from '../../../src/config/typed-config.ts';
import { native } from '../../../src/native/native.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { digestsOf, notInForce, reloadedFacts } from '../../../src/supervisor/configuration/in-force.ts';
import {
  childrenToRestart,
  describeChanges,
  type ReloadChange,
  reloadable,
  reloadChanges,
  restartNeeded,
} from '../../../src/supervisor/configuration/reload-effects.ts';
import type { SessionFacts } from '../../../src/supervisor/publish/situation.ts';

const mainnet = walletFromProgram(new Uint8Array(32).fill(9), 'mainnet');
const other = walletFromProgram(new Uint8Array(32).fill(8), 'mainnet');

/** The same in all that the networks decide. */
const POOL = `network = mainnet
[miner]
wallet = ${mainnet}
[gateway]
kind = pool
[pool]
url[] = stratum+tcp://a:1
[pearld]
rpc_url = http://node:1
`;
const NAMED = `${POOL}[pool.first]\nurl = stratum+tcp://c:1\n`;
const PROXIED = POOL.replace('[pearld]', 'proxy = http://me@proxy:1\n[pearld]');
const NAMED_PROXIED = `${NAMED}proxy = http://me@proxy:1\n`;
const OWN_SHAPE = `${POOL}[shape]
m = 16384
n = 12288
k = 2048
rows = 0,1,2,3,4,5,6,7
cols = 0,1,2,3,4,5,6,7
`;
const ATTACHED = `network = testnet
[gateway]
kind = attached
[pearld]
rpc_url = http://node:1
`;

interface Case {
  base?: string;
  value: string | string[];
  effect: Effect;
  /** The keys of the configuration that differ then, where it is not the one that was changed. */
  changed?: string[];
  title?: string;
}

const supervisorKeys = (key: string) => [`supervisor.miner.${key}`, `supervisor.gateway.${key}`];
const sized = { base: OWN_SHAPE, effect: 'both', title: '[shape]' } as const;
const policy = { effect: 'applied', title: '[supervisor]' } as const;

const CASES: Record<string, Case> = {
  network: { base: ATTACHED, value: 'testnet2', effect: 'supervisor', title: 'network' },
  'miner.threads': { value: '2', effect: 'miner' },
  'miner.wallet': { value: other, effect: 'gateway' },
  'miner.worker': { value: 'desk', effect: 'gateway' },
  'miner.memory': { value: '512M', effect: 'miner' },
  'miner.matrices': { value: 'random', effect: 'miner' },
  'miner.cores': { value: 'efficient', effect: 'miner' },
  'miner.power_price': { value: '0.32', effect: 'applied' },
  'miner.duty': { value: '50%', effect: 'applied' },
  'miner.poll_interval': { value: '2s', effect: 'miner' },
  'shape.preset': {
    value: 'pool',
    effect: 'both',
    changed: ['shape.preset', 'shape.m', 'shape.n', 'shape.k', 'shape.rows'],
    title: '[shape]',
  },
  'shape.m': { ...sized, value: '8192' },
  'shape.n': { ...sized, value: '8192' },
  'shape.k': { ...sized, value: '4096' },
  'shape.rank': { ...sized, base: OWN_SHAPE.replace('k = 2048', 'k = 4096'), value: '256' },
  'shape.tile': {
    ...sized,
    base: OWN_SHAPE.replace(/rows.*\ncols.*\n/, ''),
    value: '8x16',
    changed: ['shape.rows'],
  },
  'shape.rows': { ...sized, value: '0,1,2,3' },
  'shape.cols': { ...sized, value: '0,1,2,3' },
  'gateway.kind': { value: 'attached', effect: 'supervisor' },
  'gateway.host': { value: '127.0.0.2', effect: 'supervisor' },
  'gateway.port': { value: '9999', effect: 'both' },
  'gateway.metrics_port': { value: '9999', effect: 'supervisor' },
  'gateway.dashboard': { value: 'off', effect: 'supervisor' },
  'gateway.socket': { value: '/run/g.sock', effect: 'both' },
  'gateway.command': { value: ['gateway', '--fast'], effect: 'gateway', title: '[gateway] command[]' },
  'gateway.proof_timeout': { value: '9m', effect: 'applied' },
  'gateway.stop_timeout': { value: '9s', effect: 'applied' },
  'pool.url': { value: ['stratum+tcp://a:1', 'stratum+tcp://b:2'], effect: 'gateway', title: '[pool] url[]' },
  'pool.pass': { value: 'd=7', effect: 'gateway' },
  'pool.login': { value: 'me', effect: 'gateway' },
  'pool.user': { value: other, effect: 'gateway' },
  'pool.password_env': { value: 'P', effect: 'gateway' },
  'pool.password_file': { value: '/p', effect: 'gateway' },
  'pool.proxy': { value: 'socks5h://proxy:1', effect: 'gateway' },
  'pool.proxy_password_env': { base: PROXIED, value: 'P', effect: 'gateway' },
  'pool.proxy_password_file': { base: PROXIED, value: '/p', effect: 'gateway' },
  'pool.max_in_flight': { value: '8', effect: 'gateway' },
  'pool.max_submits_per_minute': { value: '60', effect: 'gateway' },
  'pool.use': {
    base: NAMED,
    value: 'first',
    effect: 'gateway',
  },
  'pool.worker': { value: 'desk', effect: 'gateway' },
  'pool.keepalive': { value: 'off', effect: 'gateway' },
  'pool.max_invalid_in_a_row': { value: '9', effect: 'gateway' },
  'pool.max_rejected_percent': { value: '60', effect: 'gateway' },
  'pool.max_stale_percent': { value: '20', effect: 'gateway' },
  'pool.new_job_timeout': { value: '20m', effect: 'gateway' },
  'pool.first.url': { base: NAMED, value: 'stratum+tcp://d:1', effect: 'gateway' },
  'pool.first.pass': { base: NAMED, value: 'd=7', effect: 'gateway' },
  'pool.first.login': { base: NAMED, value: 'me', effect: 'gateway' },
  'pool.first.user': { base: NAMED, value: other, effect: 'gateway' },
  'pool.first.worker': { base: NAMED, value: 'desk', effect: 'gateway' },
  'pool.first.password_env': { base: NAMED, value: 'P', effect: 'gateway' },
  'pool.first.password_file': { base: NAMED, value: '/p', effect: 'gateway' },
  'pool.first.proxy': { base: NAMED, value: 'socks5h://proxy:1', effect: 'gateway' },
  'pool.first.proxy_password_env': { base: NAMED_PROXIED, value: 'P', effect: 'gateway' },
  'pool.first.proxy_password_file': { base: NAMED_PROXIED, value: '/p', effect: 'gateway' },
  'pool.first.keepalive': { base: NAMED, value: 'off', effect: 'gateway' },
  'pearld.rpc_url': { value: 'http://node:2', effect: 'gateway' },
  'pearld.rpc_cert': { value: '/etc/pearlctl/rpc.cert', effect: 'gateway' },
  'pearld.rpc_user': { value: 'me', effect: 'gateway' },
  'pearld.rpc_password_env': { value: 'P', effect: 'gateway' },
  'pearld.rpc_password_file': {
    value: '/p',
    effect: 'gateway',
    changed: ['pearld.rpc_password_env', 'pearld.rpc_password_file'],
  },
  'pearld.conf': {
    value: '/pearld.conf',
    effect: 'gateway',
    changed: ['pearld.rpc_user', 'pearld.rpc_password_env', 'pearld.conf'],
  },
  'supervisor.restart': { ...policy, value: 'never', changed: supervisorKeys('restart') },
  'supervisor.backoff_initial': { ...policy, value: '1s', changed: supervisorKeys('backoff_initial') },
  'supervisor.backoff_max': { ...policy, value: '1m', changed: supervisorKeys('backoff_max') },
  'supervisor.healthy_after': { ...policy, value: '2m', changed: supervisorKeys('healthy_after') },
  'supervisor.limit': { ...policy, value: '3 in 1m', changed: supervisorKeys('limit') },
  'supervisor.miner.restart': { ...policy, value: 'never' },
  'supervisor.miner.backoff_initial': { ...policy, value: '1s' },
  'supervisor.miner.backoff_max': { ...policy, value: '1m' },
  'supervisor.miner.healthy_after': { ...policy, value: '2m' },
  'supervisor.miner.limit': { ...policy, value: '3 in 1m' },
  'supervisor.gateway.restart': { ...policy, value: 'never' },
  'supervisor.gateway.backoff_initial': { ...policy, value: '1s' },
  'supervisor.gateway.backoff_max': { ...policy, value: '1m' },
  'supervisor.gateway.healthy_after': { ...policy, value: '2m' },
  'supervisor.gateway.limit': { ...policy, value: '3 in 1m' },
  'service.cpu_weight': { value: '20', effect: 'service' },
  'service.memory_max': { value: '2G', effect: 'service' },
  'service.process_type': { value: 'background', effect: 'service' },
  'rest.profile': { value: 'laptop', effect: 'miner' },
  'rest.light': { value: '10%', effect: 'applied' },
  'rest.schedule': { value: 'sat-sun', effect: 'applied' },
  'rest.time_zone': { value: 'Europe/Berlin', effect: 'applied' },
  'rest.outside': { value: 'light', effect: 'applied' },
  'rest.programs': { value: ['steam'], effect: 'applied', title: '[rest] programs[]' },
  'rest.beside': { value: 'light', effect: 'applied' },
  'rest.presence': { value: 'off', effect: 'applied' },
  'rest.away_after': { value: '10m', effect: 'applied' },
  'rest.load': { value: 'light', effect: 'applied' },
  'rest.load_above': { value: '25%', effect: 'applied' },
  'rest.metered': { value: 'off', effect: 'applied' },
  'rest.price': { value: 'light', effect: 'applied' },
  'rest.cheap': { value: 'sat-sun', effect: 'applied' },
  'rest.price_command': { value: '/bin/true', effect: 'applied' },
  'rest.battery': { value: 'off', effect: 'applied' },
  'rest.battery_above': { value: '80%', effect: 'applied' },
  'rest.heat': { value: 'light', effect: 'applied' },
  'rest.heat_stop': { value: '95', effect: 'applied' },
  'rest.heat_resume': { value: '70', effect: 'applied' },
  'sidecar.mirror': { value: '/m.json', effect: 'supervisor' },
  'logs.level': { value: 'debug', effect: 'supervisor' },
  'logs.max_size': { value: '50M', effect: 'supervisor' },
  'logs.max_age': { value: '7d', effect: 'supervisor' },
  'logs.files': { value: '3', effect: 'supervisor' },
};

const RESTARTED: Record<Effect, string[]> = {
  applied: [],
  gateway: ['gateway'],
  miner: ['miner'],
  both: ['gateway', 'miner'],
  supervisor: [],
  service: [],
};

const DIGEST_KEY = 'of this test';

function changed(path: string, { base = POOL, value }: Case): { before: Config; after: Config } {
  const { section, key } = splitPath(path);
  return { before: parseConfig(base, 'x'), after: parseConfig(editConfig(base, section, key, value), 'x') };
}

for (const [path, one] of Object.entries(CASES)) {
  const { effect } = one;
  t.test(`a change of ${path} takes: ${effect}`, async (t) => {
    const { before, after } = changed(path, one);
    const { section, key } = splitPath(path);
    const title = one.title ?? `[${section}] ${key}`;
    const changes = reloadChanges(before, after);
    t.same(
      changes.map((change) => [change.key, change.effect]),
      (one.changed ?? [path]).map((name) => [name, effect]),
    );
    t.ok(
      changes.some((change) => change.title === title),
      title,
    );
    t.same(childrenToRestart(changes), RESTARTED[effect]);
    const late = effect === 'supervisor' || effect === 'service';
    t.same(reloadable(changes).includes(title), !late);
    t.same(restartNeeded(changes, true)?.keys.includes(title) ?? false, late);
    const digests = digestsOf(before, DIGEST_KEY);
    t.same(notInForce(digests, before, DIGEST_KEY), []);
    t.same(notInForce(digests, after, DIGEST_KEY), changes, 'doctor applied finds the same');
    const facts = reloadedFacts({ configInForce: digests } as SessionFacts, after, DIGEST_KEY, native());
    t.same(notInForce(facts.configInForce, after, DIGEST_KEY), late ? changes : [], 'and after a reload, what it left');
  });
}

t.test('every key has its case, also those of a section that may have any name', async (t) => {
  const paths = sectionNames(['pool.first']).flatMap(([section, { keys }]) =>
    Object.keys(keys).map((key) => pathOf(section, key)),
  );
  // There is one provider, so that it cannot be changed.
  t.same(Object.keys(CASES).sort(), paths.filter((path) => path !== 'miner.provider').sort());
});

t.test('a section that comes or goes is a change of its keys', async (t) => {
  const [without, named] = [parseConfig(POOL, 'x'), parseConfig(NAMED, 'x')];
  for (const changes of [reloadChanges(without, named), reloadChanges(named, without)]) {
    t.ok(changes.some(({ key }) => key === 'pool.first.url'));
    t.ok(changes.every(({ key, effect }) => key.startsWith('pool.') && effect === 'gateway'));
    t.same(childrenToRestart(changes), ['gateway']);
  }
});

t.test('nothing has changed where nothing has', async (t) => {
  const config = parseConfig(POOL, 'x');
  t.same(reloadChanges(config, parseConfig(`; a comment\n${POOL}`, 'x')), []);
  t.equal(describeChanges([]), 'nothing has changed');
  t.equal(restartNeeded([], true), null);
});

t.test('a change is told as people write the key, once for a section that is one value', async (t) => {
  const pool = changed('shape.preset', { value: 'pool', effect: 'both' });
  t.equal(describeChanges(reloadChanges(pool.before, pool.after)), '[shape] (gateway and miner are restarted)');
  const limit = changed('supervisor.limit', { value: '3 in 1m', effect: 'applied' });
  t.equal(describeChanges(reloadChanges(limit.before, limit.after)), '[supervisor] (in force)');
  const worker = changed('miner.worker', { value: 'desk', effect: 'gateway' });
  t.equal(describeChanges(reloadChanges(worker.before, worker.after)), '[miner] worker (the gateway is restarted)');
  const text = POOL.replace('[gateway]', 'threads = 2\n[gateway]');
  const several = reloadChanges(
    parseConfig(POOL, 'x'),
    parseConfig(`${text}[logs]\nfiles = 3\n[service]\ncpu_weight = 20\n`, 'x'),
  );
  t.equal(
    describeChanges(several),
    '[miner] threads (the miner is restarted), [service] cpu_weight (not before an install), [logs] files (not before a restart)',
  );
});

t.test('of several changes, each child comes back for its own, and the gateway first', async (t) => {
  const text = `${POOL.replace('[gateway]', 'worker = desk\nthreads = 2\n[gateway]')}[logs]\nfiles = 3\n`;
  const changes = reloadChanges(parseConfig(POOL, 'x'), parseConfig(text, 'x'));
  t.same(childrenToRestart(changes), ['gateway', 'miner']);
  t.same(childrenToRestart(changes.filter(({ key }) => key !== 'miner.worker')), ['miner']);
});

t.test('what a restart of the service brings is named with what to type', async (t) => {
  const typed = (changes: ReloadChange[], isService: boolean) => {
    const late = restartNeeded(changes, isService);
    return late === null ? null : [late.keys, fixText(late.fix)];
  };
  const level = changed('logs.level', { value: 'debug', effect: 'supervisor' });
  const late = reloadChanges(level.before, level.after);
  t.same(typed(late, true), [['[logs] level'], 'pearlctl restart']);
  t.same(typed(late, false), [['[logs] level'], 'pearlctl stop, then start it again as before']);
  const weight = changed('service.cpu_weight', { value: '20', effect: 'service' });
  const definition = reloadChanges(weight.before, weight.after);
  t.same(typed([...late, ...definition], true), [['[logs] level', '[service] cpu_weight'], 'pearlctl install']);
  t.equal(typed(definition, false), null, 'without a service, [service] means nothing');
});
