// A pool that speaks the dialect of a data file in `dialects/`: how it takes logins, what its jobs and verdicts look like, when it
// hangs up. Each proof is judged by the core; every fifth good one gets one of the dialect's refusals, in turn.
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Native } from '../../src/native/native.ts';
import type { Certificate } from './certificate.ts';
import { type PoolClient, type PoolRequest, TestPool } from './test-pool.ts';
import { testJob, WALLET } from './upstream.ts';

/** Members of an answer besides its id. */
type AnswerMembers = Readonly<Record<string, unknown>>;

export interface Dialect {
  /** The name of the known pool. */
  readonly pool: string;
  readonly about: string;
  readonly tls: 'none' | 'authority' | 'pin';
  readonly login: {
    /** `object-or-void-list`: a list is taken, and none of its shares ever gets a verdict. */
    readonly params: 'object' | 'object-or-void-list';
    readonly wallet: 'address' | 'address.worker' | 'coin' | 'account';
    readonly requires: readonly string[];
    readonly answer: AnswerMembers;
  };
  readonly job: {
    readonly first: 'before' | 'after' | 'either';
    readonly id: 'label' | 'height' | 'number';
    readonly height: boolean;
    readonly certVersion: number | null;
    readonly diff: boolean;
    readonly prefix: string;
  };
  readonly setDifficulty: 'bare' | 'list' | 'object' | null;
  readonly submit: { readonly requires: readonly string[]; readonly encoding: 'plain' | 'gzip' };
  readonly accepted: AnswerMembers;
  readonly refused: readonly { readonly as: 'rejected' | 'stale'; readonly answer: AnswerMembers }[];
  readonly hangsUpAfterSeconds: number | null;
  /** As the pool calls it; the targets of tests are easier. */
  readonly difficulty: number;
}

const FOLDER = new URL('dialects/', import.meta.url);

export function readDialects(): Dialect[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Dialect);
}

/** What the login must say, for a worker `rig1`. */
export const LOGINS: Readonly<Record<Dialect['login']['wallet'], { login: string | null; sent: string }>> = {
  address: { login: null, sent: WALLET },
  'address.worker': { login: null, sent: `${WALLET}.rig1` },
  coin: { login: `PRL:${WALLET}#0000-0000`, sent: `PRL:${WALLET}.rig1#0000-0000` },
  account: { login: 'account0000', sent: 'account0000' },
};

export interface DialectPoolOptions {
  readonly core: Native;
  readonly target: string;
  readonly tls?: Certificate;
  /** Its silence lasts this part of the real one. */
  readonly scale: number;
  /** Who logs in; a worker `rig1` of the usual wallet where it is left out. */
  readonly user?: { readonly wallet: string; readonly worker: string };
}

export class DialectPool {
  readonly dialect: Dialect;
  readonly pool: TestPool;
  /** What each proof that was judged good was answered with, by its request's number in order. */
  readonly verdicts: ('accepted' | 'rejected' | 'stale')[] = [];
  /** What a client did wrong. */
  readonly faults: string[] = [];
  hangUps = 0;
  readonly #options: DialectPoolOptions;
  readonly #headers = new Map<unknown, string>();
  #jobs = 0;
  #refusals = 0;

  private constructor(dialect: Dialect, options: DialectPoolOptions, pool: TestPool) {
    this.dialect = dialect;
    this.#options = options;
    this.pool = pool;
    const { hangsUpAfterSeconds } = dialect;
    pool.options = {
      ...pool.options,
      onConnect: (client) => {
        if (hangsUpAfterSeconds === null) return;
        // Only lines of the client count.
        let timer: NodeJS.Timeout | undefined;
        let turn: NodeJS.Immediate | undefined;
        const hangUp = () => {
          this.hangUps += 1;
          client.socket.destroy();
        };
        const hush = () => {
          clearTimeout(timer);
          clearImmediate(turn);
        };
        const listen = () => {
          hush();
          // The client is in this process: after a stall of it, both times are up at once and what it wrote is still to be read.
          timer = setTimeout(
            () => {
              turn = setImmediate(hangUp);
            },
            hangsUpAfterSeconds * 1000 * options.scale,
          );
        };
        listen();
        client.socket.on('data', listen);
        client.socket.on('close', hush);
      },
      onLogin: (client, request) => this.#login(client, request),
      onSubmit: (client, request) => this.#judge(client, request),
    };
  }

  static async start(dialect: Dialect, options: DialectPoolOptions): Promise<DialectPool> {
    const pool = await TestPool.start(options.tls === undefined ? {} : { tls: options.tls });
    return new DialectPool(dialect, options, pool);
  }

  /** A job of its own header, to all that are logged in. */
  announce(): void {
    this.#jobs += 1;
    for (const client of this.pool.clients) if (client.loggedIn) this.#notify(client);
  }

  #notify(client: PoolClient): void {
    const { job, difficulty } = this.dialect;
    const number = this.#jobs.toString(16).padStart(8, '0');
    const [tip, work] = [1 + (Math.floor(this.#jobs / 4) % 200), 1 + (this.#jobs % 200)];
    const { header } = testJob(number, tip, work, this.#options.target);
    const ids = { label: `${number}_${difficulty}`, height: `${number}-${'0'.repeat(16)}`, number: String(this.#jobs) };
    const id = ids[job.id];
    this.#headers.set(id, header);
    client.send({
      id: null,
      method: 'mining.notify',
      params: {
        job_id: id,
        header: `${job.prefix}${header}`,
        target: `${job.prefix}${this.#options.target}`,
        ...(job.height ? { height: 120_000 + this.#jobs } : {}),
        ...(job.certVersion === null ? {} : { cert_version: job.certVersion }),
        ...(job.diff ? { diff: difficulty } : {}),
      },
    });
    const told = { bare: difficulty, list: [difficulty], object: { difficulty } };
    if (this.dialect.setDifficulty === null) return;
    client.send({ id: null, method: 'mining.set_difficulty', params: told[this.dialect.setDifficulty] });
  }

  #login(client: PoolClient, request: PoolRequest): void {
    const { login, job } = this.dialect;
    const { id, params } = request;
    if (Array.isArray(params)) {
      this.faults.push('a login as a list');
      if (login.params === 'object') client.refuse(id, 20, 'params must be an object');
      else client.accept(id);
      return;
    }
    const missing = login.requires.filter((name) => !(name in params) && !(name in request));
    const { user = { wallet: LOGINS[login.wallet].sent, worker: 'rig1' } } = this.#options;
    if (missing.length > 0 || params.wallet !== user.wallet || params.worker !== user.worker) {
      this.faults.push(`a login of ${JSON.stringify(request)}`);
      client.refuse(id, 24, 'Wallet is missing');
      return;
    }
    client.loggedIn = true;
    const isFirst = job.first === 'before' || (job.first === 'either' && this.pool.logins.length % 2 === 1);
    if (isFirst) this.#notify(client);
    client.send({ id, ...login.answer });
    if (!isFirst) this.#notify(client);
  }

  #judge(client: PoolClient, { id, params }: PoolRequest): void {
    const { submit, accepted, refused } = this.dialect;
    const header = Buffer.from(this.#headers.get(params.job_id) ?? '', 'hex');
    const bytes = Buffer.from(params.plain_proof, 'base64');
    const isGzipped = bytes.subarray(0, 2).toString('hex') === '1f8b';
    const missing = submit.requires.filter((name) => typeof params[name] !== 'string');
    if (missing.length > 0) this.faults.push(`a submit without ${missing}`);
    if (isGzipped !== (submit.encoding === 'gzip')) this.faults.push('a submit of another encoding');
    const proof = isGzipped ? gunzipSync(bytes).toString('base64') : params.plain_proof;
    const target = BigInt(`0x${this.#options.target}`);
    const judged = this.#options.core.verifyBase64({ header, certVersion: 3, rankPenalty: true, target, proof });
    if (!judged.valid) this.faults.push(`a proof that is not valid: ${judged.reason}`);
    const isRefused = refused.length > 0 && this.pool.submits.length % 5 === 0;
    const refusal = isRefused ? refused[this.#refusals++ % refused.length] : undefined;
    this.verdicts.push(refusal?.as ?? 'accepted');
    client.send({ id, ...(refusal?.answer ?? accepted) });
  }
}
