// One connection to one pool: sockets, timers and lines at the edge of the session table. It reports jobs, pauses and its
// own end, once; after the end nothing of it is left behind.
import { connect, type Socket } from 'node:net';
import type { PoolUrl } from '../../config/pool-url.ts';
import { LineFramer } from '../../protocol/jsonrpc/framing.ts';
import type { Job, Verdict } from '../upstream.ts';
import { JobBook } from './job-book.ts';
import { type Account, type LoginForm, loginLine, pongLine, submitLine, unknownMethodLine } from './login.ts';
import { judgeNotice, type PoolJob, sameJob } from './pool-job.ts';
import { type JobNotice, type PoolMessage, parsePoolLine } from './pool-message.ts';
import type { TargetRules } from './pool-rules.ts';
import {
  type Deadline,
  type Effect,
  newSession,
  type Session,
  type SessionEnd,
  type SessionEvent,
  type SessionState,
  step,
} from './pool-session.ts';
import type { PoolTimes } from './pool-times.ts';
import { Submissions, type SubmitLimits } from './submissions.ts';
import { looksLikeTls, pinMismatch, socketFailure, startTls } from './tls.ts';

/** Protocol section 10: a longer line from the pool ends the connection. */
const MAX_POOL_LINE_BYTES = 64 * 1024;
/** Lines in a row that mean nothing to us, after which the peer is taken for no pool. */
const MAX_NONSENSE_LINES = 100;
/** Bytes that a pool which does not read may make us hold: a few of the largest proofs. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

/** What is the same for every connection of one upstream. */
export interface PoolSettings {
  readonly account: Account;
  readonly limits: SubmitLimits;
  readonly times: PoolTimes;
  /** `name/version`, as the login tells it. */
  readonly agent: string;
  readonly rules: TargetRules;
  /** Our rate for the pool's statistics, or null where it is not known. */
  readonly macsPerSecond: () => number | null;
  /** Trusted roots besides the system's. */
  readonly ca: readonly string[] | null;
  readonly log: (level: 'info' | 'warn', text: string) => void;
}

export interface ConnectionListener {
  onState(state: SessionState): void;
  onJob(poolJob: PoolJob): void;
  onPause(reason: string): void;
  onEnd(end: SessionEnd): void;
}

export class PoolConnection {
  readonly url: PoolUrl;
  readonly form: LoginForm;
  readonly #settings: PoolSettings;
  readonly #listener: ConnectionListener;
  readonly #book = new JobBook();
  readonly #framer = new LineFramer({ maxLineBytes: MAX_POOL_LINE_BYTES, maxDiscardBytes: 0 });
  readonly #submissions: Submissions;
  #session: Session;
  /** The TCP socket, also below TLS. */
  readonly #tcp: Socket;
  /** What lines are written to. */
  #socket: Socket;
  #deadline: NodeJS.Timeout | undefined;
  #loginSilence: NodeJS.Timeout | undefined;
  #nextId = 1;
  #loginId = 0;
  #setTarget: bigint | null = null;
  #nonsenseLines = 0;
  #sawBytes = false;
  readonly #said = new Set<string>();

  constructor(
    url: PoolUrl,
    form: LoginForm,
    mayTryArray: boolean,
    settings: PoolSettings,
    listener: ConnectionListener,
  ) {
    this.url = url;
    this.form = form;
    this.#settings = settings;
    this.#listener = listener;
    this.#session = newSession(url.tls, form, mayTryArray);
    this.#submissions = new Submissions({
      limits: settings.limits,
      times: settings.times,
      book: this.#book,
      takeId: () => this.#nextId++,
      send: (id, poolJob, proof) => this.#sendProof(id, poolJob, proof),
      onSilent: () => this.#feed({ type: 'fault', reason: 'the pool gave no verdict on three proofs in a row' }),
      onLoginRefused: (reason) => this.#feed({ type: 'login-refused', reason }),
    });
    this.#arm('connect');
    this.#tcp = connect({ host: url.host, port: url.port });
    this.#socket = this.#tcp;
    this.#tcp.setNoDelay(true);
    this.#tcp.setKeepAlive(true, settings.times.keepAliveMs);
    this.#tcp.once('connect', () => this.#feed({ type: 'connected' }));
    this.#listen(this.#tcp);
  }

  get state(): SessionState {
    return this.#session.state;
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

  #listen(socket: Socket): void {
    socket.on('error', (error) => this.#feed({ type: 'fault', reason: socketFailure(error) }));
    socket.on('close', () => this.#feed({ type: 'fault', reason: this.#closeReason() }));
    if (!this.url.tls) socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #closeReason(): string {
    return this.#session.state === 'authorizing'
      ? 'the pool closed the connection before it answered the login'
      : 'the pool closed the connection';
  }

  #startTls(): void {
    const secure = startTls(this.#tcp, this.url, this.#settings.ca);
    this.#socket = secure;
    secure.once('secureConnect', () => {
      const mismatch = pinMismatch(secure, this.url);
      this.#feed(mismatch === null ? { type: 'secured' } : { type: 'fault', reason: mismatch });
    });
    secure.on('error', (error) => this.#feed({ type: 'fault', reason: socketFailure(error) }));
    secure.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    if (!this.#sawBytes && !this.url.tls && looksLikeTls(chunk)) {
      this.#feed({ type: 'fault', reason: 'this port speaks TLS: write stratum+ssl:// instead of stratum+tcp://' });
      return;
    }
    this.#sawBytes = true;
    for (const frame of this.#framer.push(chunk)) {
      if (this.#session.state === 'over') return;
      if (frame.type !== 'line') {
        this.#feed({ type: 'fault', reason: 'the pool sent a line of more than 64 KiB' });
        return;
      }
      const line = frame.bytes.toString('utf8').trim();
      if (line !== '') this.#take(parsePoolLine(line));
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
      case 'answer':
        if (message.answer.id === this.#loginId) this.#takeLoginAnswer(message);
        else if (!this.#submissions.answer(message.answer)) this.#takeNonsense('an answer to nothing that was asked');
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
        // Obeying would let anyone in the middle of a plain connection send our work elsewhere.
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

  #takeLoginAnswer({ answer }: Extract<PoolMessage, { kind: 'answer' }>): void {
    if (answer.refusal !== null) {
      this.#feed({ type: 'login-refused', reason: answer.refusal.reason });
    } else if (answer.encoding !== null && answer.encoding !== 'plain') {
      this.#feed({ type: 'login-refused', reason: `the pool wants proofs encoded as "${answer.encoding}", not plain` });
    } else {
      this.#feed({ type: 'login-accepted' });
    }
  }

  #takeNotice(notice: JobNotice): void {
    const { rules } = this.#settings;
    const offer = judgeNotice(notice, { setTarget: this.#setTarget, rules, receivedAt: performance.now() });
    if (offer.usable) {
      if (offer.warning !== null) this.#sayOnce('warn', offer.warning);
      const newest = this.newestJob();
      if (newest !== null && sameJob(newest, offer.poolJob)) return;
    }
    this.#book.add(offer);
    this.#feed({ type: 'offer', offer });
    this.#submissions.pump();
  }

  #sendProof(id: number, poolJob: PoolJob, proof: string): void {
    const { account, macsPerSecond } = this.#settings;
    const fields = { jobId: poolJob.id, proof, macsPerSecond: macsPerSecond() };
    this.#write(submitLine(id, account, this.url.host, fields));
  }

  #write(line: string): void {
    if (this.#session.state === 'over') return;
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
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'start-tls':
        this.#startTls();
        return;
      case 'send-login':
        this.#loginId = this.#nextId++;
        this.#write(loginLine(this.#loginId, this.#settings.account, this.url.host, this.form, this.#settings.agent));
        return;
      case 'arm':
        this.#arm(effect.deadline);
        return;
      case 'arm-login-silence':
        this.#loginSilence = setTimeout(
          () => this.#feed({ type: 'login-silence' }),
          this.#settings.times.loginSilenceMs,
        );
        return;
      case 'publish':
        this.#listener.onJob(effect.poolJob);
        return;
      case 'pause':
        this.#listener.onPause(effect.reason);
        return;
      case 'end':
        this.#end(effect.end);
    }
  }

  #arm(deadline: Deadline): void {
    clearTimeout(this.#deadline);
    const { times } = this.#settings;
    const after = {
      connect: times.connectMs,
      tls: times.tlsMs,
      login: times.loginMs,
      firstJob: times.firstJobMs,
      silence: times.silenceMs,
    }[deadline];
    this.#deadline = setTimeout(() => this.#feed({ type: 'deadline' }), after);
  }

  #end(end: SessionEnd): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#loginSilence);
    this.#submissions.end(end.kind === 'closed' ? 'the connection to the pool was closed' : end.reason);
    // A TLS socket takes the one below with it; the other way round, Node frees a handle that the TLS socket still uses.
    this.#socket.destroy();
    this.#listener.onEnd(end);
  }

  #sayOnce(level: 'info' | 'warn', text: string): void {
    if (this.#said.has(text) || this.#said.size >= 32) return;
    this.#said.add(text);
    this.#settings.log(level, `${this.url.name}: ${text}`);
  }
}
