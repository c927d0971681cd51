// The pool upstream: an ordered list of pools behind the one interface that the gateway knows. It keeps one connection
// mining, tries the next pool when that one fails, and goes back to a better one once that has proved itself.
import { createHash } from 'node:crypto';
import type { PoolUrl } from '../../config/pool-url.ts';
import type { Examiner } from '../examine-proof.ts';
import { Newest } from '../newest-job.ts';
import type { Job, Upstream, UpstreamEvent, UpstreamState, Verdict } from '../upstream.ts';
import { PoolConnection, type PoolSettings } from './pool-connection.ts';
import type { PoolJob } from './pool-job.ts';
import type { SessionEnd, SessionState } from './pool-session.ts';
import { choose, ended, loggedIn, newRoster, proven, type Roster } from './roster.ts';

/** The strictest pool's limit on a proof, in characters of base64 (protocol section 10). */
const MAX_PROOF_CHARACTERS = 600_000;
/** Proofs that are remembered as sent: far more than any limit lets through while a job lives. */
const MAX_REMEMBERED_PROOFS = 4096;

/** A connection and its place in the list. */
interface Link {
  readonly index: number;
  readonly connection: PoolConnection;
  hadLogin: boolean;
  provenTimer: NodeJS.Timeout | undefined;
}

export interface PoolOptions {
  /** At least one, the preferred one first. */
  readonly urls: readonly PoolUrl[];
  readonly settings: PoolSettings;
  readonly examine: Examiner;
  /** In [0, 1), for the jitter of the back-off. */
  readonly random?: () => number;
}

export class PoolUpstream implements Upstream {
  readonly #urls: readonly PoolUrl[];
  readonly #settings: PoolSettings;
  readonly #examine: Examiner;
  readonly #random: () => number;
  readonly #events = new Newest<UpstreamEvent>({ type: 'paused', reason: 'connecting to the pool' });
  readonly #sentProofs = new Set<string>();
  readonly #draining = new Set<Link>();
  #roster: Roster;
  #active: Link | null = null;
  #probe: Link | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;
  #state: UpstreamState = { phase: 'connecting', url: null, reason: null };
  #closed = false;

  constructor(options: PoolOptions) {
    this.#urls = options.urls;
    this.#settings = options.settings;
    this.#examine = options.examine;
    this.#random = options.random ?? Math.random;
    this.#roster = newRoster(options.urls.length);
    this.#dial(0);
  }

  events(): AsyncIterable<UpstreamEvent> {
    return this.#events.values();
  }

  state(): UpstreamState {
    return this.#state;
  }

  async submit(proof: string, job: Job): Promise<Verdict> {
    const since = performance.now();
    const drop = (reason: string): Verdict => ({
      result: 'dropped',
      reason,
      block: false,
      latencyMs: performance.now() - since,
    });
    if (this.#closed) return drop('the gateway is stopping');
    if (proof.length > MAX_PROOF_CHARACTERS) return drop('the proof is longer than pools take');
    if (!this.#remember(proof)) return drop('the same proof was handed in before');
    const { refusal, block } = await this.#examine(proof, job);
    if (refusal !== null) return drop(`the proof does not verify: ${refusal}`);
    for (const link of [this.#active, ...this.#draining]) {
      const poolJob = link?.connection.find(job) ?? null;
      if (link && poolJob !== null) return link.connection.submit(proof, poolJob, block);
    }
    return drop('its job came over a connection that is gone');
  }

  /**
   * Connects anew at once. A connection that slept looks well until it is written to, and then for as long as TCP tries;
   * and a back-off that was waited out asleep has been waited out.
   */
  wake(): void {
    if (this.#closed) return;
    clearTimeout(this.#retryTimer);
    const left = this.#active;
    this.#active = null;
    this.#events.set({ type: 'paused', reason: 'connecting anew after a sleep' });
    this.#dial(left?.index ?? choose(this.#roster, null, performance.now()).index);
    left?.connection.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#probeTimer);
    this.#probe?.connection.close();
    const links = [...this.#draining, ...(this.#active === null ? [] : [this.#active])];
    const settled = Promise.all(links.map(({ connection }) => connection.settled('the gateway is stopping')));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#settings.times.closeMs);
    });
    await Promise.race([settled, patience]);
    clearTimeout(timer);
    for (const { connection } of links) connection.close();
    this.#state = { phase: 'closed', url: null, reason: null };
    this.#events.end();
  }

  /** False when this very proof came before: a proof is never sent twice, on whatever connection. */
  #remember(proof: string): boolean {
    const digest = createHash('sha256').update(proof).digest('base64');
    if (this.#sentProofs.has(digest)) return false;
    this.#sentProofs.add(digest);
    if (this.#sentProofs.size > MAX_REMEMBERED_PROOFS) {
      for (const oldest of this.#sentProofs) {
        this.#sentProofs.delete(oldest);
        break;
      }
    }
    return true;
  }

  #dial(index: number): void {
    this.#active = this.#connect(index);
    this.#state = { phase: 'connecting', url: this.#active.connection.url.name, reason: null };
    this.#armProbe();
  }

  #connect(index: number): Link {
    const seat = this.#roster[index];
    const url = this.#urls[index];
    if (seat === undefined || url === undefined) throw new RangeError(`There is no pool ${index}.`);
    const connection: PoolConnection = new PoolConnection(url, seat.form, !seat.triedArray, this.#settings, {
      onState: (state) => this.#onState(link, state),
      onJob: (poolJob) => this.#onJob(link, poolJob),
      onPause: (reason) => this.#onPause(link, reason),
      onEnd: (end) => this.#onEnd(link, end),
    });
    const link: Link = { index, connection, hadLogin: false, provenTimer: undefined };
    return link;
  }

  #onState(link: Link, state: SessionState): void {
    if (state === 'waiting' && !link.hadLogin) {
      link.hadLogin = true;
      this.#roster = loggedIn(this.#roster, link.index, link.connection.form);
    }
    clearTimeout(link.provenTimer);
    if (state === 'mining') {
      link.provenTimer = setTimeout(() => this.#onProven(link), this.#settings.times.provenMs);
    }
    if (link === this.#active && state !== 'over') this.#showActive();
  }

  #showActive(): void {
    if (this.#active === null) return;
    const { connection, hadLogin } = this.#active;
    const phases = {
      dialing: 'connecting',
      securing: 'connecting',
      authorizing: 'authorizing',
      waiting: 'ready',
      mining: 'ready',
      over: 'closed',
    } as const;
    const reason = hadLogin && connection.state !== 'mining' ? 'waiting for a job' : null;
    this.#state = { phase: phases[connection.state], url: connection.url.name, reason };
  }

  #onJob(link: Link, poolJob: PoolJob): void {
    if (link !== this.#active) return;
    this.#showActive();
    this.#events.set({ type: 'job', job: poolJob.job });
  }

  #onPause(link: Link, reason: string): void {
    if (link !== this.#active) return;
    this.#state = { phase: 'ready', url: link.connection.url.name, reason };
    this.#events.set({ type: 'paused', reason });
  }

  #onProven(link: Link): void {
    this.#roster = proven(this.#roster, link.index);
    if (link === this.#probe) this.#takeBack();
  }

  /** The probed pool mines from now on; the one it replaces may still settle what is under way. */
  #takeBack(): void {
    const left = this.#active;
    this.#activate(this.#probe);
    if (left === null) return;
    this.#draining.add(left);
    const drain = setTimeout(() => {
      void left.connection.settled('the gateway went back to a better pool').then(() => left.connection.close());
    }, this.#settings.times.drainMs);
    drain.unref();
  }

  /** Makes the probe's link the one that mines. */
  #activate(link: Link | null): void {
    this.#active = link;
    this.#probe = null;
    this.#showActive();
    const poolJob = link?.connection.newestJob() ?? null;
    if (link !== null) this.#settings.log('info', `Mining at ${link.connection.url.name} again.`);
    if (poolJob !== null) this.#events.set({ type: 'job', job: poolJob.job });
    this.#armProbe();
  }

  #onEnd(link: Link, end: SessionEnd): void {
    clearTimeout(link.provenTimer);
    this.#draining.delete(link);
    const { times } = this.#settings;
    const ending = { end, hadLogin: link.hadLogin, now: performance.now(), random: this.#random(), times };
    this.#roster = ended(this.#roster, link.index, ending);
    if (this.#closed) return;
    if (link === this.#probe) this.#onProbeEnd(link, end);
    else if (link === this.#active) this.#onActiveEnd(link, end);
  }

  #onActiveEnd(link: Link, end: SessionEnd): void {
    const url = link.connection.url.name;
    const reason = `${url}: ${end.reason}`;
    this.#settings.log(end.kind === 'login-silence' ? 'info' : 'warn', reason);
    this.#active = null;
    this.#events.set({ type: 'paused', reason });
    if (this.#probe !== null) {
      this.#activate(this.#probe);
      return;
    }
    if (end.kind === 'login-silence') {
      this.#dial(link.index);
      return;
    }
    const next = choose(this.#roster, link.index, performance.now());
    if (next.waitMs === 0) {
      this.#dial(next.index);
      return;
    }
    clearTimeout(this.#probeTimer);
    this.#state = { phase: end.kind === 'fault' ? 'backing-off' : 'refused', url: null, reason };
    this.#retryTimer = setTimeout(() => this.#dial(next.index), next.waitMs);
  }

  /** While a pool further down mines, the better ones are asked from time to time, the best one first. */
  #armProbe(): void {
    clearTimeout(this.#probeTimer);
    if (this.#active === null || this.#active.index === 0) return;
    this.#probeTimer = setTimeout(() => this.#probeFrom(0), this.#settings.times.probeMs);
  }

  #probeFrom(start: number): void {
    if (this.#closed || this.#probe !== null || this.#active === null) return;
    const now = performance.now();
    for (let index = start; index < this.#active.index; index += 1) {
      if ((this.#roster[index]?.notBefore ?? 0) > now) continue;
      this.#probe = this.#connect(index);
      return;
    }
    this.#armProbe();
  }

  #onProbeEnd(link: Link, end: SessionEnd): void {
    this.#probe = null;
    this.#probeFrom(end.kind === 'login-silence' ? link.index : link.index + 1);
  }
}
