// The pool upstream: an ordered list of pools behind the one interface that the gateway knows. It keeps one connection
// mining, tries the next pool when that one fails, and goes back to a better one once that has proved itself.
import { within } from '../../base/time-limit.ts';
import { Newest } from '../newest-job.ts';
import type { Job, Upstream, UpstreamEvent, UpstreamState, Verdict } from '../upstream.ts';
import { NetworkWatch } from './connection/network-watch.ts';
import { PoolConnection } from './connection/pool-connection.ts';
import type { SessionEnd, SessionState } from './connection/pool-session.ts';
import type { PoolJob } from './pool-job.ts';
import type { PoolOptions } from './pool-options.ts';
import { PoolTally, poolStandings } from './pool-standing.ts';
import { endInWords, PHASES, poolTroubles, waitingState } from './pool-troubles.ts';
import { choose, distrusted, ended, loggedIn, newRoster, proven, type Roster, taken, trusted } from './roster.ts';
import { SentProofs } from './sent-proofs.ts';
import type { Refusal } from './verdicts/refusal.ts';
import { UnsentShares } from './verdicts/unsent-shares.ts';
import { EMPTY_WINDOW, fault, type VerdictWindow, withVerdict } from './verdicts/verdict-window.ts';

/** The strictest pool's limit on a proof, in characters of base64 (protocol section 10). */
const MAX_PROOF_CHARACTERS = 600_000;
/** Verdicts after which a pool that was once left for its refusals is trusted again. */
const TRUSTED_VERDICTS = 20;

/** A connection, its place in the list, and what it has shown so far. */
interface Link {
  readonly index: number;
  readonly connection: PoolConnection;
  hadLogin: boolean;
  hadJob: boolean;
  window: VerdictWindow;
  provenTimer: NodeJS.Timeout | undefined;
}

export class PoolUpstream implements Upstream {
  readonly #options: PoolOptions;
  readonly #network = new NetworkWatch();
  readonly #events = new Newest<UpstreamEvent>({ type: 'paused', reason: 'connecting to the pool' });
  readonly #sentProofs = new SentProofs();
  readonly #draining = new Set<Link>();
  readonly #unsent = new UnsentShares();
  readonly #tallies: readonly PoolTally[];
  #roster: Roster;
  #active: Link | null = null;
  #probe: Link | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;
  #state: UpstreamState = { phase: 'connecting', url: null, reason: null };
  /** Why the newest job of the pool that serves cannot be mined. */
  #unusableJob: string | null = null;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#tallies = options.entries.map(() => new PoolTally());
    this.#roster = newRoster(options.entries.map(({ url }) => this.#options.memory?.recall(url.name) ?? null));
    this.#dial(0);
  }

  events(): AsyncIterable<UpstreamEvent> {
    return this.#events.values();
  }

  state(): UpstreamState {
    const active = this.#active?.index ?? null;
    const troubles = poolTroubles(this.#options.entries, this.#roster, active, this.#unusableJob);
    const pools = poolStandings({
      entries: this.#options.entries,
      roster: this.#roster,
      tallies: this.#tallies,
      active: this.#active,
      probe: this.#probe,
      unusableJob: this.#unusableJob,
      now: performance.now(),
    });
    return { ...this.#state, troubles: [...troubles, ...this.#unsent.troubles()], pools };
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
    if (!this.#sentProofs.remember(proof)) return drop('the same proof was handed in before');
    const { refusal, block } = await this.#options.examine(proof, job);
    if (refusal !== null) return drop(`the proof does not verify: ${refusal}`);
    for (const link of [this.#active, ...this.#draining]) {
      const poolJob = link?.connection.find(job) ?? null;
      if (link && poolJob !== null) {
        const verdict = await link.connection.submit(proof, poolJob, block);
        this.#tallies[link.index]?.add(verdict);
        this.#unsent.add(verdict.result === 'dropped' ? verdict.reason : null);
        return verdict;
      }
    }
    return drop('its job came over a connection that is gone');
  }

  dropped(reason: string): void {
    this.#unsent.add(reason);
  }

  /**
   * Reconnects at once. A connection that slept looks well until it is written to, and then for as long as TCP tries;
   * and a back-off that was waited out asleep has been waited out.
   */
  wake(): void {
    if (this.#closed) return;
    this.#stopWaiting();
    const left = this.#active;
    this.#active = null;
    this.#events.set({ type: 'paused', reason: 'reconnecting after a sleep' });
    this.#dial(left?.index ?? choose(this.#roster, null, performance.now()).index);
    left?.connection.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWaiting();
    clearTimeout(this.#probeTimer);
    this.#probe?.connection.close();
    const links = [...this.#draining, ...(this.#active === null ? [] : [this.#active])];
    const settled = Promise.all(links.map(({ connection }) => connection.settled('the gateway is stopping')));
    await within(settled, this.#options.settings.times.closeMs);
    for (const { connection } of links) connection.close();
    this.#state = { phase: 'closed', url: null, reason: null };
    this.#events.end();
  }

  #stopWaiting(): void {
    clearTimeout(this.#retryTimer);
    this.#network.stop();
  }

  #dial(index: number): void {
    this.#stopWaiting();
    this.#unusableJob = null;
    this.#active = this.#connect(index);
    this.#state = { phase: 'connecting', url: this.#active.connection.entry.url.name, reason: null };
    this.#armProbe();
  }

  #connect(index: number): Link {
    const seat = this.#roster[index];
    const entry = this.#options.entries[index];
    if (seat === undefined || entry === undefined) throw new RangeError(`There is no pool ${index}.`);
    const { times } = this.#options.settings;
    const automatic = seat.pings === 'wanted' ? times.pingMs : null;
    const connection: PoolConnection = new PoolConnection({
      entry,
      plan: seat.plan,
      pingMs: entry.keepalive === 'auto' ? automatic : entry.keepalive === 'off' ? null : entry.keepalive,
      settings: this.#options.settings,
      listener: {
        onState: (state) => this.#onState(link, state),
        onJob: (poolJob) => this.#onJob(link, poolJob),
        onPause: (reason, isOutdated) => this.#onPause(link, reason, isOutdated),
        onVerdict: (refusal) => this.#onVerdict(link, refusal),
        onEnd: (end) => this.#onEnd(link, end),
      },
    });
    const link: Link = {
      index,
      connection,
      hadLogin: false,
      hadJob: false,
      window: EMPTY_WINDOW,
      provenTimer: undefined,
    };
    return link;
  }

  #onState(link: Link, state: SessionState): void {
    // A job that came before the login's answer leads to mining at once.
    if ((state === 'waiting' || state === 'mining') && !link.hadLogin) {
      link.hadLogin = true;
      this.#roster = loggedIn(this.#roster, link.index, link.connection.plan.form);
      this.#keep(link.index);
    }
    clearTimeout(link.provenTimer);
    if (state === 'mining') {
      link.provenTimer = setTimeout(() => this.#onProven(link), this.#options.settings.times.provenMs);
    }
    if (link === this.#active && state !== 'over') this.#showActive();
  }

  /** Notes what was learned of a pool for the next process. */
  #keep(index: number): void {
    const seat = this.#roster[index];
    const entry = this.#options.entries[index];
    if (seat !== undefined && entry !== undefined) {
      this.#options.memory?.keep(entry.url.name, { form: seat.plan.worked, pings: seat.pings });
    }
  }

  #showActive(): void {
    if (this.#active === null) return;
    const { connection, hadLogin } = this.#active;
    const reason = hadLogin && connection.state !== 'mining' ? (this.#unusableJob ?? 'waiting for a job') : null;
    this.#state = { phase: PHASES[connection.state], url: connection.entry.url.name, reason };
  }

  #onJob(link: Link, poolJob: PoolJob): void {
    const isFirst = !link.hadJob;
    link.hadJob = true;
    if (link !== this.#active) return;
    this.#unusableJob = null;
    if (isFirst) this.#sayMining(link, poolJob);
    this.#showActive();
    this.#events.set({ type: 'job', job: poolJob.job });
  }

  #sayMining({ connection }: Link, { job }: PoolJob): void {
    const height = job.height === null ? '' : ` at height ${job.height}`;
    this.#options.settings.log('info', `Mining at ${connection.entry.url.name}, job ${job.upstreamId}${height}.`);
  }

  #onPause(link: Link, reason: string, isOutdated: boolean): void {
    if (link !== this.#active) return;
    this.#unusableJob = isOutdated ? null : reason;
    this.#state = { phase: isOutdated ? 'outdated-rules' : 'ready', url: link.connection.entry.url.name, reason };
    this.#events.set({ type: 'paused', reason });
  }

  /** A pool that takes no shares is left for the next that may be asked; where there is none, it is told. */
  #onVerdict(link: Link, refusal: Refusal | null): void {
    if (link !== this.#active) return;
    link.window = withVerdict(link.window, refusal);
    const reason = fault(link.window, this.#options.windowLimits);
    if (reason === null) {
      if (link.window.recent.length >= TRUSTED_VERDICTS) this.#roster = trusted(this.#roster, link.index);
      return;
    }
    const { log } = this.#options.settings;
    const end: SessionEnd = { kind: 'rejecting', reason };
    const wasKnown = this.#roster[link.index]?.trouble?.kind === 'rejecting';
    const now = performance.now();
    const isOther = this.#roster.some((seat, index) => index !== link.index && seat.notBefore <= now);
    if (!isOther || this.#closed) {
      this.#roster = distrusted(this.#roster, link.index, end);
      if (!wasKnown) log('warn', `${link.connection.entry.url.name}: ${reason}; there is no other pool to go to.`);
      return;
    }
    log('warn', `${link.connection.entry.url.name}: ${reason}; trying the next pool.`);
    clearTimeout(link.provenTimer);
    this.#roster = ended(this.#roster, link.index, this.#ending(link, end));
    this.#drain(link, 'the gateway left this pool, which takes no shares');
    this.#events.set({ type: 'paused', reason: `${link.connection.entry.url.name}: ${reason}` });
    if (this.#probe !== null) this.#activate(this.#probe);
    else this.#dial(choose(this.#roster, link.index, now).index);
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
    const drain = setTimeout(
      () => this.#drain(left, 'the gateway went back to a better pool'),
      this.#options.settings.times.drainMs,
    );
    drain.unref();
  }

  /** Lets what is under way settle, then closes. */
  #drain(link: Link, reason: string): void {
    this.#draining.add(link);
    void link.connection.settled(reason).then(() => link.connection.close());
  }

  /** Makes the probe's link the one that mines. */
  #activate(link: Link | null): void {
    this.#active = link;
    this.#probe = null;
    this.#unusableJob = null;
    if (link !== null) this.#roster = taken(this.#roster, link.index);
    this.#showActive();
    const poolJob = link?.connection.newestJob() ?? null;
    if (link !== null && poolJob !== null) {
      this.#sayMining(link, poolJob);
      this.#events.set({ type: 'job', job: poolJob.job });
    }
    this.#armProbe();
  }

  #ending({ connection, hadLogin, hadJob }: Link, end: SessionEnd) {
    return {
      end,
      hadLogin,
      hadJob,
      wasIdle: hadLogin && connection.isIdle,
      wasPing: connection.isPingUnwanted,
      vanished: connection.isUnanswered,
      now: performance.now(),
      random: (this.#options.random ?? Math.random)(),
      times: this.#options.settings.times,
    };
  }

  #onEnd(link: Link, end: SessionEnd): void {
    clearTimeout(link.provenTimer);
    if (this.#draining.delete(link)) return;
    const before = this.#roster[link.index]?.pings;
    this.#roster = ended(this.#roster, link.index, this.#ending(link, end));
    if (this.#closed) return;
    if (this.#roster[link.index]?.pings !== before) {
      this.#keep(link.index);
      const does =
        before === 'wanted' ? 'does not want pings' : 'hangs up on silent clients: it gets a ping now and then';
      this.#options.settings.log('info', `${link.connection.entry.url.name} ${does}.`);
    }
    if (link === this.#probe) this.#onProbeEnd(link, end);
    else if (link === this.#active) this.#onActiveEnd(link, end);
  }

  /** True when the same pool is asked again at once, with another form of the login. */
  #triesAnotherForm(link: Link, end: SessionEnd): boolean {
    return end.kind === 'form' && this.#roster[link.index]?.plan.isOver === false;
  }

  #onActiveEnd(link: Link, end: SessionEnd): void {
    const url = link.connection.entry.url.name;
    const again = this.#triesAnotherForm(link, end);
    const reason = `${url}: ${endInWords(this.#roster[link.index], link.hadLogin, end)}`;
    this.#options.settings.log(again ? 'info' : 'warn', again ? `${reason}; trying another form of the login` : reason);
    this.#active = null;
    this.#events.set({ type: 'paused', reason });
    if (this.#probe !== null) {
      this.#activate(this.#probe);
      return;
    }
    if (again) {
      this.#dial(link.index);
      return;
    }
    const next = choose(this.#roster, link.index, performance.now());
    if (next.waitMs === 0) {
      this.#dial(next.index);
      return;
    }
    clearTimeout(this.#probeTimer);
    this.#state = waitingState(link.connection.entry, end, reason);
    this.#retryTimer = setTimeout(() => this.#dial(next.index), next.waitMs);
    if (end.kind === 'offline') this.#network.start(() => this.#dial(next.index));
  }

  /** While a pool further down mines, the better ones are asked from time to time, the best one first. */
  #armProbe(): void {
    clearTimeout(this.#probeTimer);
    if (this.#active === null || this.#active.index === 0) return;
    this.#probeTimer = setTimeout(() => this.#probeFrom(0), this.#options.settings.times.probeMs);
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
    this.#probeFrom(this.#triesAnotherForm(link, end) ? link.index : link.index + 1);
  }
}
