// The derived conversations, replayed against our client over real TCP: the pool's lines byte for byte except for the ids, which
// the client chooses; the client's lines matched by method. What ours would not send there (another login) is left out with its
// answer.
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { loginLine } from '../../../src/gateway/pool/login/login.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { type Change, jobNamed, pauseSaying, upstreamTo } from '../../pool/upstream.ts';

interface Entry {
  readonly direction: '->' | '<-' | '#';
  readonly line: string;
}

function transcript(name: string): Entry[] {
  const text = readFileSync(new URL(`../../transcripts/stratum/derived-${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
}

/** The parts of a transcript: a remark that matches begins another pool or connection. */
function partsOf(name: string, boundary: RegExp): Entry[][] {
  const parts: Entry[][] = [[]];
  for (const entry of transcript(name)) {
    if (entry.direction === '#' && boundary.test(entry.line)) parts.push([]);
    parts.at(-1)?.push(entry);
  }
  return parts;
}

interface Replay extends Change {
  /** Logins that our client makes; those beyond are another client's, left out with their answers. */
  readonly logins?: number;
  /** Names of jobs that cannot be mined. */
  readonly unusable?: readonly string[];
  /** Plays up to a remark that begins so. */
  readonly end?: string;
}

/** Plays a conversation, and gives the verdicts in the order of the submits. */
async function replay(t: Test, entries: readonly Entry[], how: Replay = {}) {
  const { logins = 1, unusable = [], end, ...change } = how;
  const answers: string[] = [];
  const others: { id: number; method: string }[] = [];
  const pool = await TestPool.start({
    onLogin: () => {},
    onSubmit: () => {},
    onLine(_client, line) {
      const message = JSON.parse(line) as { id: number; method?: string };
      if (message.method === undefined) answers.push(line);
      else if (/ping|subscribe/.test(message.method)) others.push({ id: message.id, method: message.method });
      else return false;
      return true;
    },
  });
  const { upstream, seen, said } = upstreamTo([pool.url()], change);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const ids = new Map<number, number>();
  const verdicts: Promise<string>[] = [];
  let loginsSeen = 0;
  let othersSeen = 0;
  let loggedIn = false;
  let lastJob: string | number | null = null;
  const awaitJob = async () => (loggedIn && lastJob !== null ? jobNamed(seen, lastJob) : null);
  for (const { direction, line } of entries) {
    if (direction === '#' && end !== undefined && line.startsWith(end)) break;
    if (direction === '#' && line.startsWith('the pool closes')) pool.hangUp();
    if (direction === '#') continue;
    const message = parsed(line);
    const { method, params } = message;
    const id = message.id ?? 0;
    if (direction === '->') {
      if (method === undefined) await until('our answer', () => answers.length > 0);
      if (method === 'mining.authorize' && loginsSeen < logins) {
        const index = loginsSeen++;
        loggedIn = false;
        lastJob = null;
        ids.set(id, (await until(`login ${index + 1}`, () => pool.logins[index])).id);
      } else if (method === 'mining.submit' && loggedIn) {
        const job = await awaitJob();
        if (job === null) throw new Error('The transcript submits before it has a job.');
        const index = pool.submits.length;
        verdicts.push(upstream.submit(`pf${String(index).padStart(6, '0')}`, job).then(({ result }) => result));
        ids.set(id, (await until('our submit', () => pool.submits[index])).id);
      } else if (method === 'mining.ping' || (method === 'mining.subscribe' && logins > 1)) {
        const index = othersSeen++;
        ids.set(id, (await until(`our ${method}`, () => others[index])).id);
      }
      continue;
    }
    await until('a connection', () => pool.clients.size > 0);
    const isAnswer = method === undefined && message.id !== undefined && message.id !== null;
    if (isAnswer && !ids.has(Number(id))) continue;
    const ours = ids.get(Number(id));
    pool.broadcast(`${isAnswer ? line.replace(/("id":\s*"?)\d+/, `$1${ours}`) : line}\n`);
    if (method === 'mining.notify') lastJob = params?.job_id ?? null;
    if (!loggedIn && isAnswer && saysYes(message)) loggedIn = true;
    if (lastJob !== null && unusable.includes(String(lastJob))) {
      await until('a pause', () => seen.at(-1)?.type === 'paused');
      lastJob = null;
    }
    await awaitJob();
  }
  return { verdicts: await Promise.all(verdicts), pool, upstream, seen, said, answers };
}

interface Line {
  readonly id?: number | null;
  readonly method?: string;
  readonly params?: { readonly job_id: string | number };
  readonly result?: unknown;
  readonly error?: unknown;
}

/** One line of the transcripts is no JSON, on purpose. */
function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}

function saysYes({ result, error }: Line): boolean {
  return result !== false && result !== null && (error === undefined || !error || Object.keys(error).length === 0);
}

t.test(
  'HeroMiners: accepted under a newer notice, refused as low, and told at last that no login stands',
  async (t) => {
    const { verdicts, pool, seen } = await replay(t, transcript('herominers'));
    t.same(verdicts, ['accepted', 'rejected', 'rejected']);
    t.same(
      pool.submits.map(({ params }) => params.job_id),
      ['00000001_2097152', '00000002_2097152', '00000002_2097152'],
    );
    await pauseSaying(seen, /Wallet is missing/);
  },
);

t.test('Kryptex: the session without compression', async (t) => {
  const { verdicts } = await replay(t, transcript('kryptex'), { end: 'second connection' });
  t.same(verdicts, ['accepted']);
});

t.test('LuckyPool: an answer of type plain, difficulty pushed bare, a job that follows', async (t) => {
  const { verdicts, upstream, seen } = await replay(t, transcript('luckypool'));
  t.same(verdicts, ['accepted']);
  t.equal((await jobNamed(seen, '60e255ef_1777776')).height, 119377);
  t.equal(upstream.state().phase, 'ready');
});

t.test('Suprnova: a job before the login, and every class of refusal', async (t) => {
  const { verdicts } = await replay(t, transcript('suprnova'));
  t.same(verdicts, ['accepted', 'rejected', 'stale', 'rejected', 'rejected']);
});

t.test('the forms that one client must parse', async (t) => {
  const { verdicts, said, answers } = await replay(t, transcript('parser-edge-cases'));
  t.same(verdicts, ['stale', 'stale', 'rejected', 'rejected', 'accepted']);
  t.same(JSON.parse(answers[0] ?? ''), { id: 99, result: 'pong', error: null });
  t.ok(said.some((text) => text.includes('no certificate version')));
});

for (const name of ['pearl-v1-challenge', 'pearl-v1-challenge-agreed']) {
  t.test(`the challenge dialect is refused at its first word: ${name}`, async (t) => {
    const pool = await TestPool.start({ onLogin: () => {} });
    const { upstream, seen } = upstreamTo([pool.url()]);
    t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
    await until('our login', () => pool.logins.length === 1);
    for (const { direction, line } of transcript(name)) if (direction === '<-') pool.broadcast(`${line}\n`);
    await pauseSaying(seen, /challenge dialect \(pearl\.challenge\).*plain port/);
    t.notOk(seen.some(({ type }) => type === 'job'));
  });
}

t.test('MoneroOcean: a yes in an object, refusals in texts, and a ban at the next login', async (t) => {
  const [mining = [], banned = []] = partsOf('moneroocean', /^new connection/);
  const { verdicts } = await replay(t, mining);
  t.same(verdicts, ['accepted', 'rejected', 'rejected', 'stale', 'stale', 'rejected', 'rejected']);
  const { seen } = await replay(t, banned);
  await pauseSaying(seen, /temporarily suspended from mining/);
});

t.test(
  'a pool that asks for gzipped proofs gets them; a job of certificate version 2 and another encoding say why',
  async (t) => {
    const [gzip = [], zstd = []] = partsOf('v2-gzip', /^second connection/);
    const { verdicts, pool, seen } = await replay(t, gzip, { unusable: ['961c43fc_2097152'] });
    t.same(verdicts, ['accepted', 'rejected']);
    t.match(pool.submits[0]?.params.plain_proof, /^H4sI/);
    await pauseSaying(seen, /certificate version 2/);
    const other = await replay(
      t,
      zstd.filter(({ line }) => !line.includes('mining.notify')),
    );
    await pauseSaying(other.seen, /encoded as "zstd", which needs a newer pearlctl/);
  },
);

t.test(
  'a pool that hangs up on a silent client: pings carry the session, whatever they are answered with',
  async (t) => {
    const [, pinged = []] = partsOf('idle-hangup', /^new connection/);
    const { verdicts } = await replay(t, pinged, { keepalive: 100, end: 'a pool that closes on an unknown' });
    t.same(verdicts, ['accepted']);
  },
);

t.test(
  'the array form after the object form was refused, answered false, or hung up on, and never for a wrong wallet',
  async (t) => {
    const parts = partsOf('array-login-after-refusal', /^(?:second|third|fourth|fifth) pool/);
    const first = await replay(t, parts[0] ?? [], { logins: 2 });
    t.same(first.verdicts, ['accepted']);
    for (const [part, job] of [
      [1, '00000002_2097152'],
      [2, '00000003_2097152'],
    ] as const) {
      const { pool, seen } = await replay(t, parts[part] ?? [], { logins: 2 });
      t.ok(await jobNamed(seen, job));
      t.ok(Array.isArray(pool.logins[1]?.params), `part ${part}`);
    }
    const wrong = await replay(t, parts[3] ?? []);
    await pauseSaying(wrong.seen, /Invalid Pearl address/);
    t.equal(wrong.pool.logins.length, 1);
  },
);

t.test('a subscription goes first where the pool asks for it, and only there', async (t) => {
  const [asked = [], ...unasked] = partsOf('subscribe-first', /^(?:the opposite|and one that)/);
  const { verdicts, pool } = await replay(t, asked, { logins: 2 });
  t.same(verdicts, ['accepted']);
  t.equal(pool.logins.length, 2);
  for (const [index, part] of unasked.entries()) {
    const { seen } = await replay(t, part);
    t.ok(await jobNamed(seen, `0000000${index + 2}_2097152`));
  }
});

t.test('bans as a verdict, at the login, before any request, as plain text, and for too many workers', async (t) => {
  const parts = partsOf('banned', /^new connection/);
  const says = [
    /IP banned for 3600 s/,
    /Your IP is banned/,
    /blocked for 600 seconds/,
    /banned/,
    /ban on new miner conn/,
  ];
  for (const [index, pattern] of says.entries()) {
    const { verdicts, seen } = await replay(t, parts[index] ?? []);
    t.same(verdicts, index === 0 ? ['rejected'] : []);
    await pauseSaying(seen, pattern);
  }
});

t.test('a pool that rejects every share: each is booked so, and it is told', async (t) => {
  const { verdicts, upstream } = await replay(t, transcript('reject-all'));
  t.same([...new Set(verdicts.slice(0, 12))], ['rejected']);
  t.same([...new Set(verdicts.slice(12))], ['stale']);
  t.match(
    upstream.state().troubles?.map(({ id }) => id),
    ['pool-rejects'],
  );
});

t.test('short targets are padded; long, odd and empty ones and a header of 80 bytes say why', async (t) => {
  const unusable = ['00000004_2097152', '00000005_2097152', '00000006_2097152', '00000007_2097152'];
  const entries = transcript('short-target-and-header80');
  t.same((await replay(t, entries, { unusable })).verdicts, ['accepted']);
  await pauseSaying((await replay(t, entries, { unusable, end: '160 digits' })).seen, /target/);
  await pauseSaying((await replay(t, entries, { unusable, end: 'a good one again' })).seen, /header/);
  const short = await replay(t, entries, { end: 'too long' });
  const { target } = await jobNamed(short.seen, '00000003_888888');
  t.ok(target > 0n && target < 1n << 208n);
});

t.test('a target that is set holds for the jobs that follow without one of their own', async (t) => {
  const [set = [], unset = []] = partsOf('set-target', /^a job with no target/);
  const targets = { a1: 0x3fffc, a2: 0x1fffe, a3: 0xffff, a4: 0xffff, a5: 0xffff };
  const { verdicts, seen } = await replay(t, set);
  t.same(verdicts, ['accepted']);
  for (const [name, top] of Object.entries(targets)) {
    const event = seen.findLast((one) => one.type === 'job' && one.job.upstreamId === name);
    const digits = event?.type === 'job' ? event.job.target.toString(16).replace(/0+$/, '') : '';
    t.equal(digits, top.toString(16).replace(/0+$/, ''), name);
  }
  const none = await replay(t, unset, { unusable: ['b1'] });
  await pauseSaying(none.seen, /target/);
});

t.test('a login answered by an object, by a text, by an error that says nothing, and by null', async (t) => {
  const parts = partsOf('login-object-result', /^(?:second|third|fourth) pool|^a login answered with null/);
  // The second has its job inside the answer, as servers do that speak CryptoNote's login, which is not ours.
  const expected = [['accepted'], null, ['accepted'], ['accepted', 'accepted', 'accepted', 'rejected', 'rejected']];
  for (const [index, verdicts] of expected.entries()) {
    if (verdicts === null) continue;
    t.same((await replay(t, parts[index] ?? [])).verdicts, verdicts, `part ${index}`);
  }
  const { pool, upstream } = await replay(t, parts[4] ?? []);
  await until('another form', () => pool.logins.length > 1 || upstream.state().phase === 'refused');
});

t.test("a fault of the pool's servers at the login is no refusal, and words in a verdict end no session", async (t) => {
  const { verdicts, pool } = await replay(t, transcript('server-fault-at-login'), { logins: 3 });
  t.same(verdicts, ['rejected', 'rejected', 'rejected', 'accepted', 'rejected']);
  t.equal(pool.logins.length, 3);
  for (const { params } of pool.logins) t.notOk(Array.isArray(params), 'nor another form');
});

t.test('logins of accounts, alone and of several coins are sent as the pools read them', async (t) => {
  const address = 'prl1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq';
  const sent = transcript('account-logins').flatMap(({ direction, line }) => (direction === '->' ? [line] : []));
  const second = sent[1] === undefined ? '' : JSON.parse(sent[1]).params.wallet;
  const rows: [host: string, login: string | null, pass: string][] = [
    ['de.pearl.herominers.com', `solo:${address}`, 'x'],
    ['de.pearl.herominers.com', second, 'x'],
    ['prl.kryptex.network', 'krx0000000', 'x'],
    ['prl.kryptex.network', 'krx0000000/rig1', 'x'],
    ['prl.kryptex.network', null, 'x'],
    ['eu.pearl.k1pool.com', 'Kr0000000000000000000000000000000000', 'x'],
    ['pearlpow.unmineable.com', `PRL:${address}#0000-0000`, 'x'],
    ['nl.rabbitminer.cc', null, 'd=4194304'],
    ['us1.alphapool.tech', null, 'x;d=131072'],
  ];
  t.equal(rows.length, sent.length);
  for (const [index, [host, login, pass]] of rows.entries()) {
    const line = loginLine(1, { wallet: address, worker: 'rig1', login, pass }, host, 'object', 'miner/1.0');
    t.same(JSON.parse(line), JSON.parse(sent[index] ?? ''), `${host} ${login}`);
  }
});
