// The derived conversations, replayed against our client over real TCP: the pool's lines byte for byte but for the ids, which
// the client chooses; the client's lines matched by method. What this dialect never sends (a subscribe, another login, a
// compressed session) is left out with its answer.
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { jobNamed, pauseSaying, upstreamTo } from '../../pool/upstream.ts';

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

/** Plays a conversation up to a remark that begins with `end`, and gives the verdicts in the order of the submits. */
async function replay(t: Test, name: string, end?: string) {
  const answers: string[] = [];
  const pool = await TestPool.start({
    onLogin: () => {},
    onSubmit: () => {},
    onLine: (_client, line) => !line.includes('"method"') && answers.push(line) > 0,
  });
  const { upstream, seen, said } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const ids = new Map<number, number>();
  const verdicts: Promise<string>[] = [];
  let loggedIn = false;
  let lastJob: string | number | null = null;
  const awaitJob = async () => (loggedIn && lastJob !== null ? jobNamed(seen, lastJob) : null);
  for (const { direction, line } of transcript(name)) {
    if (direction === '#' && end !== undefined && line.startsWith(end)) break;
    if (direction === '#') continue;
    const message = JSON.parse(line) as { id: number; method?: string; params?: { job_id: string | number } };
    if (direction === '->') {
      if (message.method === undefined) await until('our answer', () => answers.length > 0);
      if (message.method === 'mining.authorize' && pool.logins.length < 2 && ids.size === 0) {
        ids.set(message.id, (await until('our login', () => pool.logins[0])).id);
      }
      if (message.method === 'mining.submit' && loggedIn) {
        const job = await awaitJob();
        if (job === null) throw new Error('The transcript submits before it has a job.');
        const index = pool.submits.length;
        verdicts.push(upstream.submit(`proof ${index}`, job).then(({ result }) => result));
        ids.set(message.id, (await until('our submit', () => pool.submits[index])).id);
      }
      continue;
    }
    if (message.method === undefined && !ids.has(Number(message.id))) continue;
    const ours = ids.get(Number(message.id));
    pool.broadcast(`${ours === undefined ? line : line.replace(/("id":\s*"?)\d+/, `$1${ours}`)}\n`);
    if (message.method === 'mining.notify') lastJob = message.params?.job_id ?? null;
    else if (!loggedIn && message.method === undefined) loggedIn = true;
    await awaitJob();
  }
  return { verdicts: await Promise.all(verdicts), pool, upstream, seen, said, answers };
}

t.test(
  'HeroMiners: accepted under a newer notice, refused as low, and told at last that no login stands',
  async (t) => {
    const { verdicts, pool, seen } = await replay(t, 'herominers');
    t.same(verdicts, ['accepted', 'rejected', 'rejected']);
    t.same(
      pool.submits.map(({ params }) => params.job_id),
      ['00000001_2097152', '00000002_2097152', '00000002_2097152'],
    );
    await pauseSaying(seen, /Wallet is missing/);
  },
);

t.test('Kryptex: the session without compression', async (t) => {
  const { verdicts } = await replay(t, 'kryptex', 'second connection');
  t.same(verdicts, ['accepted']);
});

t.test('LuckyPool: an answer of type plain, difficulty pushed bare, a job that follows', async (t) => {
  const { verdicts, upstream, seen } = await replay(t, 'luckypool');
  t.same(verdicts, ['accepted']);
  t.equal((await jobNamed(seen, '60e255ef_1777776')).height, 119377);
  t.equal(upstream.state().phase, 'ready');
});

t.test('Suprnova: a job before the login, and every class of refusal', async (t) => {
  const { verdicts } = await replay(t, 'suprnova');
  t.same(verdicts, ['accepted', 'rejected', 'stale', 'rejected', 'rejected']);
});

t.test('the forms that one client must parse', async (t) => {
  const { verdicts, said, answers } = await replay(t, 'parser-edge-cases');
  t.same(verdicts, ['stale', 'stale', 'rejected', 'rejected', 'accepted']);
  t.same(JSON.parse(answers[0] ?? ''), { id: 99, result: 'pong', error: null });
  t.ok(said.some((text) => text.includes('no certificate version')));
});

t.test('the challenge dialect is refused at its first word', async (t) => {
  const pool = await TestPool.start({ onLogin: () => {} });
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('our login', () => pool.logins.length === 1);
  for (const { direction, line } of transcript('pearl-v1-challenge'))
    if (direction === '<-') pool.broadcast(`${line}\n`);
  await pauseSaying(seen, /challenge dialect \(pearl\.challenge\).*plain port/);
  t.notOk(seen.some(({ type }) => type === 'job'));
});
