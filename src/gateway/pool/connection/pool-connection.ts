// One connection to one pool: sockets, timers and lines at the edge of the session table. It reports jobs, pauses, verdicts
// and its own end, once; after the end nothing of it is left behind.
import type { Socket } from 'node:net';
import type { Dialled } from '../../../base/dial.ts';
import type { Job, Verdict } from '../../upstream.ts';
import { JobBook } from '../job-book.ts';
import { loginLine, pingLine, pongLine, submitLine, subscribeLine, unknownMethodLine } from '../login/login.ts';
import { encodingOf, endByBan, endOfLogin, type ProofEncoding } from '../login/login-end.ts';
import type { LoginPlan } from '../login/login-plan.ts';
import type { PoolEntry } from '../pool-entry.ts';
import { judgeNotice, type Offer, type PoolJob, sameJob } from '../pool-job.ts';
import type { JobNotice, PoolMessage } from '../pool-message.ts';
import type { Answer } from '../verdicts/answer.ts';
import type { Refusal } from '../verdicts/refusal.ts';
import { endByVerdict, NO_STREAK, nextStreak, type RefusalStreak } from '../verdicts/refusal-streak.ts';
import { Submissions } from '../verdicts/submissions.ts';
import type { ConnectionListener, ConnectionOptions, PoolSettings } from './connection-options.ts';
import { gzippedProof } from './gzipped-proof.ts';
import { NamedTimers } from './named-timers.ts';
import { Pinger } from './pinger.ts';
import { PoolReader } from './pool-reader.ts';
import {
  type Deadline,
  deadlineMs,
  newSession,
  type Session,
  type SessionEffect,
  type SessionEnd,
  type SessionEvent,
  type SessionState,
  step,
} from './pool-session.ts';
import { PoolOutOfReach, reachPool } from './reach-pool.ts';
import { certificateFault, failureOfCode, socketFailure, startTls } from './tls.ts';

/** Lines in a row that mean nothing to us, after which the peer is taken for no pool. */
const MAX_NONSENSE_LINES = 100;
/** Bytes that a pool which does not read may make us hold: a few of the largest proofs. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

export class PoolConnection {
  readonly entry: PoolEntry;
  readonly plan: LoginPlan;
  readonly #settings: PoolSettings;
  readonly #listener: ConnectionListener;
  readonly #book = new JobBook();
  readonly #reader: PoolReader;
  readonly #submissions: Submissions;
  readonly #pinger: Pinger;
  readonly #dialling = new AbortController();
  #session: Session;
  /** The TCP socket, also below TLS; null while it is dialled. */
  #tcp: Socket | null = null;
  /** What lines are written to. */
  #socket: Socket | null = null;
  readonly #timers = new NamedTimers<'state' | 'login-silence' | 'new-job'>();
  #nextId = 1;
  #loginId = 0;
  #subscribeId = 0;
  #encoding: ProofEncoding = 'plain';
  #setTarget: bigint | null = null;
  #nonsenseLines = 0;
  #streak: RefusalStreak = NO_STREAK;
  /** The pool said that we are banned: what it closes then, it closes for that. */
  #ban: Refusal | null = null;
  #verdicts = 0;
  readonly #said = new Set<string>();

  constructor({ entry, plan, pingMs, settings, listener }: ConnectionOptions) {
    this.entry = entry;
    this.plan = plan;
    this.#settings = settings;
    this.#listener = listener;
    this.#session = newSession(entry.url.tls, plan);
    this.#reader = new PoolReader(entry.url.tls);
    this.#pinger = new Pinger({ pingMs, takeId: () => this.#nextId++, write: (id) => this.#write(pingLine(id)) });
    this.#submissions = new Submissions({
      limits: settings.limits,
      times: settings.times,
      book: this.#book,
      takeId: () => this.#nextId++,
      send: (id, poolJob, proof) => void this.#sendProof(id, poolJob, proof),
      onSilent: () => this.#feed({ type: 'fault', reason: 'the pool gave no verdict on three proofs in a row' }),
      onVerdict: (refusal) => this.#takeVerdict(refusal),
    });
    this.#arm('connect');
    void this.#dial();
  }

  get state(): SessionState {
    return this.#session.state;
  }

  /** True when proofs went out, and none of them ever got a verdict. */
  get isUnanswered(): boolean {
    return this.#submissions.isSilent && this.#verdicts === 0;
  }

  /** True while the pool has not heard from us for long, pings included. */
  get isIdle(): boolean {
    const heard = Math.max(this.#submissions.lastSentAt, this.#pinger.lastAt, this.#pinger.startedAt);
    return performance.now() - heard >= this.#settings.times.idleMs;
  }

  /** True when the pool hung up over a ping rather than over a silence. */
  get isPingUnwanted(): boolean {
    return this.#pinger.isUnwanted;
  }

  /** The job that it mines on, or null. */
  newestJob(): PoolJob | null {
    return this.#session.state === 'mining' ? this.#book.newest() : null;
  }

  /** This connection's own entry for a job, or null when it never announced it. */
  find(job: Job): PoolJob | null {
    return this.#book.find(job);
  }

  /** Settles with the verdict; never rejects. */
  submit(proof: string, poolJob: PoolJob, block: boolean): Promise<Verdict> {
    return this.#submissions.offer(proof, poolJob, block);
  }

  /** Drops what waits and resolves once every proof that was sent has its verdict. */
  settled(reason: string): Promise<void> {
    return this.#submissions.settled(reason);
  }

  close(): void {
    this.#feed({ type: 'close' });
  }

  async #dial(): Promise<void> {
    const { url, proxy } = this.entry;
    const way = { target: url, proxy, resolve: this.#settings.resolve };
    try {
      this.#connected(await reachPool(way, this.#dialling.signal));
    } catch (error) {
      if (!(error instanceof PoolOutOfReach)) throw error;
      this.#feed({ type: error.isOffline ? 'offline' : 'fault', reason: error.reason });
    }
  }

  #connected({ socket, failed }: Dialled): void {
    if (this.#session.state === 'over') {
      socket.destroy();
      return;
    }
    const { times } = this.#settings;
    if (failed.length > 0) {
      const others = failed.map(({ address, code }) => `${address}: ${failureOfCode(code ?? undefined)}`).join('; ');
      this.#sayOnce('info', `Connected to ${socket.remoteAddress} (${others}).`);
    }
    this.#tcp = socket;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, times.keepAliveMs);
    socket.on('error', (error) => this.#lost(error));
    socket.on('close', () => this.#feed(this.#closed()));
    if (!this.entry.url.tls) socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#feed({ type: 'connected' });
  }

  #lost(error: unknown): void {
    this.#feed(this.#gone(socketFailure(error)));
  }

  #closed(): SessionEvent {
    const isEarly = this.#session.state === 'authorizing';
    return this.#gone(`the pool closed the connection${isEarly ? ' before it answered the login' : ''}`);
  }

  #gone(reason: string): SessionEvent {
    return this.#ban === null ? { type: 'hung-up', reason } : { type: 'turned-away', end: endByBan(this.#ban) };
  }

  #startTls(): void {
    if (this.#tcp === null) return;
    const { url } = this.entry;
    const secure = startTls(this.#tcp, url, this.#settings.ca);
    this.#socket = secure;
    secure.once('secureConnect', () => {
      const refusal = certificateFault(secure, url);
      this.#feed(refusal === null ? { type: 'secured' } : { type: 'fault', reason: refusal });
    });
    secure.on('error', (error) => this.#lost(error));
    secure.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    for (const input of this.#reader.read(chunk)) {
      if (this.#session.state === 'over') return;
      if (input.kind === 'fault') this.#feed({ type: 'fault', reason: input.reason });
      else if (input.kind !== 'blank') this.#take(input);
      if (this.#session.state === 'mining') this.#arm('silence');
    }
  }

  #take(message: PoolMessage): void {
    if (message.kind === 'nonsense') {
      this.#takeNonsense(message.reason);
      return;
    }
    this.#nonsenseLines = 0;
    switch (message.kind) {
      case 'notify':
        this.#takeNotice(message.notice);
        return;
      case 'unusable-job':
        this.#takeOffer({ usable: false, reason: message.reason, prevBlock: null });
        return;
      case 'answer':
        this.#takeAnswer(message.answer);
        return;
      case 'told':
        this.#takeWord(message.refusal);
        return;
      case 'foreign':
        this.#feed({ type: 'turned-away', end: { kind: 'dialect', reason: message.reason } });
        return;
      case 'ping':
        if (message.id !== null) this.#write(pongLine(message.id));
        return;
      case 'set-target':
        this.#setTarget = message.target;
        return;
      case 'set-difficulty':
        return;
      case 'reconnect':
        // Obeying would let a machine in the middle of a plain connection send our work elsewhere.
        this.#sayOnce('warn', 'The pool asked to reconnect elsewhere; that is never obeyed.');
        return;
      case 'challenge':
        this.#feed({ type: 'challenge', method: message.method });
        return;
      case 'unknown-method':
        if (message.id !== null) this.#write(unknownMethodLine(message.id));
    }
  }

  #takeNonsense(reason: string): void {
    this.#sayOnce('warn', `The pool sent ${reason}; it is ignored.`);
    this.#nonsenseLines += 1;
    if (this.#nonsenseLines >= MAX_NONSENSE_LINES) {
      this.#feed({ type: 'fault', reason: `the pool sent ${MAX_NONSENSE_LINES} meaningless lines in a row` });
    }
  }

  #takeAnswer(answer: Answer): void {
    if (answer.id === this.#loginId) this.#takeLoginAnswer(answer);
    else if (answer.id === this.#subscribeId || this.#pinger.answered(answer.id)) return;
    else if (!this.#submissions.answer(answer)) this.#takeNonsense('an answer to nothing that was asked');
  }

  #takeLoginAnswer(answer: Answer): void {
    const refusal = answer.refusal('login');
    const encoding = encodingOf(answer);
    if (refusal !== null) this.#feed({ type: 'turned-away', end: endOfLogin(refusal) });
    else if (typeof encoding !== 'string') this.#feed({ type: 'turned-away', end: encoding });
    else {
      this.#encoding = encoding;
      this.#pinger.start();
      this.#feed({ type: 'login-accepted' });
    }
  }

  /** A reason that the pool gives without having been asked. */
  #takeWord(refusal: Refusal): void {
    if (refusal.class === 'banned') this.#ban = refusal;
    // Before the login is answered it can only be about that; later it may be about one proof.
    if (this.#session.state === 'authorizing') this.#feed({ type: 'turned-away', end: endOfLogin(refusal) });
    else this.#sayOnce('warn', `The pool says: ${refusal.reason}`);
  }

  #takeVerdict(refusal: Refusal | null): void {
    this.#verdicts += 1;
    this.#ban = refusal?.class === 'banned' ? refusal : null;
    this.#streak = nextStreak(this.#streak, refusal);
    this.#listener.onVerdict(refusal);
    const end = endByVerdict(this.#streak, refusal);
    if (end !== null) this.#feed({ type: 'turned-away', end });
  }

  #takeNotice(notice: JobNotice): void {
    const { rules } = this.#settings;
    const pool = this.entry.url.name;
    const offer = judgeNotice(notice, { setTarget: this.#setTarget, rules, receivedAt: performance.now(), pool });
    if (offer.usable || offer.isOutdated) this.#armNewJob();
    if (offer.usable) {
      if (offer.warning !== null) this.#sayOnce('warn', offer.warning);
      const newest = this.newestJob();
      if (newest !== null && sameJob(newest, offer.poolJob)) return;
    }
    this.#takeOffer(offer);
  }

  #takeOffer(offer: Offer): void {
    if (!offer.usable) this.#sayOnce('warn', `A job that cannot be mined: ${offer.reason}.`);
    this.#book.add(offer);
    this.#feed({ type: 'offer', offer });
    this.#submissions.pump();
  }

  async #sendProof(id: number, poolJob: PoolJob, proof: string): Promise<void> {
    const { account, url } = this.entry;
    const text = this.#encoding === 'plain' ? proof : await gzippedProof(proof);
    const fields = { jobId: poolJob.id, proof: text, macsPerSecond: this.#settings.macsPerSecond() };
    this.#write(submitLine(id, account, url.host, fields));
  }

  #sendLogin(): void {
    const { account, url } = this.entry;
    const { agent } = this.#settings;
    if (this.plan.form.startsWith('subscribe')) {
      this.#subscribeId = this.#nextId++;
      this.#write(subscribeLine(this.#subscribeId, agent));
    }
    this.#loginId = this.#nextId++;
    this.#write(loginLine(this.#loginId, account, url.host, this.plan.form, agent));
  }

  #write(line: string): void {
    if (this.#session.state === 'over' || this.#socket === null) return;
    this.#socket.write(line);
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.#feed({ type: 'fault', reason: 'the pool does not read what it is sent' });
    }
  }

  #feed(event: SessionEvent): void {
    const before = this.#session.state;
    const { session, effects } = step(this.#session, event);
    this.#session = session;
    if (session.state !== before) this.#listener.onState(session.state);
    for (const effect of effects) {
      // A listener may close it in the middle: then no timer is left behind.
      if (this.#session.state === 'over' && effect.do !== 'end') continue;
      this.#perform(effect);
    }
  }

  #perform(effect: SessionEffect): void {
    switch (effect.do) {
      case 'start-tls':
        this.#startTls();
        return;
      case 'send-login':
        this.#sendLogin();
        return;
      case 'arm':
        this.#arm(effect.deadline);
        return;
      case 'arm-login-silence':
        this.#timers.arm('login-silence', this.#settings.times.loginSilenceMs, () =>
          this.#feed({ type: 'login-silence' }),
        );
        return;
      case 'publish':
        this.#listener.onJob(effect.poolJob);
        return;
      case 'pause':
        this.#listener.onPause(effect.reason, effect.isOutdated);
        return;
      case 'end':
        this.#end(effect.end);
    }
  }

  #arm(deadline: Deadline): void {
    const after = deadlineMs(deadline, this.#settings.times);
    this.#timers.arm('state', after, () => {
      // The dialling tells what it waited for.
      if (this.#session.state === 'dialing') this.#dialling.abort();
      else this.#feed({ type: 'deadline' });
    });
  }

  #armNewJob(): void {
    this.#timers.arm('new-job', this.#settings.times.newJobMs, () => {
      if (this.#session.state === 'mining' || this.#session.state === 'waiting') this.#feed({ type: 'no-new-job' });
    });
  }

  #end(end: SessionEnd): void {
    this.#timers.clear();
    this.#pinger.stop();
    this.#dialling.abort();
    this.#submissions.end(end.kind === 'closed' ? 'the connection to the pool was closed' : end.reason);
    // A TLS socket takes the one below with it; the other way round, Node frees a handle that the TLS socket still uses.
    this.#socket?.destroy();
    this.#listener.onEnd(end);
  }

  #sayOnce(level: 'info' | 'warn', text: string): void {
    if (this.#said.has(text) || this.#said.size >= 32) return;
    this.#said.add(text);
    this.#settings.log(level, `${this.entry.url.name}: ${text}`);
  }
}
