// The living children: their processes, timers, heartbeats and last words. It carries out what the tables decide, and turns
// what happens into events of the one process that is meant; what an older one still says is dropped here.
import { type Fix, mapFix } from '../../base/fix.ts';
import { readLevel } from '../../base/logs/last-words.ts';
import { RateLimit } from '../../base/logs/line-splitter.ts';
import type { LogLevel } from '../../base/logs/log-record.ts';
import { Repeats } from '../../base/logs/repeats.ts';
import { within } from '../../base/time-limit.ts';
import type { Companion } from '../../gateway/external/companion.ts';
import {
  type ChildMessage,
  type FailureMessage,
  type GatewayHeartbeat,
  type MinerHeartbeat,
  parseChildMessage,
  type SupervisorMessage,
  type VerdictMessage,
} from '../../protocol/channel/messages.ts';
import type { ChildName, LastExit } from '../../state/table/session-table.ts';
import type { Situation } from '../publish/situation.ts';
import { ChildProcess, type Launch } from './child-process.ts';
import type { ChildEvent } from './child-table.ts';
import { afterHeartbeat, type ChildPulse, newChildPulse } from './liveness.ts';
import { MemoryKills } from './memory-kills.ts';
import type { ChildExit } from './restart-policy.ts';

export interface ChildrenListener {
  onEvent(name: ChildName, event: ChildEvent): void;
  /** `isNews`: it says something else than the one before it, beyond counters and ages. */
  onHeartbeat(heartbeat: GatewayHeartbeat | MinerHeartbeat, isNews: boolean): void;
  onVerdict(verdict: VerdictMessage): void;
  /** By the first 16 hex digits of its SHA-256. */
  onFound(proof: string): void;
  onLog(name: ChildName, level: LogLevel, line: string): void;
  redact(text: string): string;
}

type Accompany = (link: { emit: (message: ChildMessage) => void; after: Promise<void> }) => Companion;

/** A disk that hangs must not hold up the end: what is not in the ledger by then is still noted beside it. */
const LEAVE_MS = 2000;

/** Kept of a child's output for the case of its death. */
const LAST_LINES = 20;
/** A child that says more than this is flooding: the rest is counted. */
const LINES_PER_SECOND = 50;

/** What is known of one child beyond its table's state. */
interface Slot {
  process: ChildProcess | null;
  timer: NodeJS.Timeout | undefined;
  pulse: ChildPulse;
  lines: string[];
  failure: FailureMessage | null;
  rate: RateLimit;
  repeats: Repeats;
  lastExit: LastExit | null;
  companion: Companion | null;
  memory: MemoryKills;
}

export class Children {
  readonly #listener: ChildrenListener;
  readonly #slots: Record<ChildName, Slot> = { gateway: newSlot(), miner: newSlot() };
  #heard: Situation['heard'] = { gateway: null, miner: null };

  constructor(listener: ChildrenListener) {
    this.#listener = listener;
  }

  get heard(): Situation['heard'] {
    return this.#heard;
  }

  process(name: ChildName): { pid: number; identity: string | null } | null {
    const process = this.#slots[name].process;
    return process === null || process.pid === null ? null : { pid: process.pid, identity: process.identity };
  }

  lastExit(name: ChildName): LastExit | null {
    return this.#slots[name].lastExit;
  }

  pulse(name: ChildName): ChildPulse {
    return this.#slots[name].pulse;
  }

  /** After a pause of this whole process (suspend, SIGSTOP) no child could be heard: every deadline starts again. */
  forgiveSilence(): void {
    for (const slot of Object.values(this.#slots)) slot.pulse = newChildPulse(performance.now());
  }

  /** What hears and asks in the place of a gateway that does not speak our channel. */
  companion(): Companion | null {
    return this.#slots.gateway.companion;
  }

  /** What a child said one should do about the failure that it ended with, or null. */
  advice(name: ChildName): Fix | null {
    const hint = this.#slots[name].failure?.hint ?? null;
    return hint === null ? null : mapFix(hint, (text) => this.#listener.redact(text));
  }

  /** Ends what was begun beside the children; resolves when it is written down, or after two seconds. */
  async leave(): Promise<void> {
    const closed = Object.values(this.#slots).map(async (slot) => slot.companion?.close());
    await within(Promise.all(closed), LEAVE_MS);
  }

  /** Starts a process, or, for a child that another program runs, only begins to expect it. */
  spawn(name: ChildName, launch: Launch | null, accompany: Accompany | null): void {
    const slot = this.#slots[name];
    const after = slot.companion?.close() ?? Promise.resolve();
    Object.assign(slot, { pulse: newChildPulse(performance.now()), lines: [], failure: null, repeats: new Repeats() });
    this.#forget(name);
    slot.companion = accompany?.({ emit: (message) => this.#receive(name, slot, message), after }) ?? null;
    if (launch === null) return;
    const current = new ChildProcess(launch, {
      onMessage: (message) => {
        if (slot.process === current) this.#receive(name, slot, message);
      },
      onLine: (line) => this.#takeLine(name, slot, line),
      onLeft: () => this.#listener.onLog(name, 'warn', `the ${name} left processes behind, which were ended`),
      onExit: (exit) => {
        if (slot.process === current) this.#bury(name, slot, exit);
      },
    });
    slot.process = current;
    if (current.pid !== null) slot.memory.note(current.pid);
  }

  /** Once a second. */
  noteMemory(): void {
    for (const { process, memory } of Object.values(this.#slots)) if (process?.pid) memory.note(process.pid);
  }

  signal(name: ChildName, signal: NodeJS.Signals): void {
    const { process } = this.#slots[name];
    if (process !== null) process.signal(signal);
    // Nothing of ours runs there, so it has "ended" as soon as it is not wanted any more.
    else
      setImmediate(() =>
        this.#listener.onEvent(name, { type: 'exit', exit: { code: 0, signal: null, message: null } }),
      );
  }

  setTimer(name: ChildName, ms: number | null): void {
    const slot = this.#slots[name];
    clearTimeout(slot.timer);
    if (ms !== null) slot.timer = setTimeout(() => this.#listener.onEvent(name, { type: 'timer' }), ms);
  }

  tell(name: ChildName, message: SupervisorMessage): void {
    this.#slots[name].process?.send(message);
  }

  #receive(name: ChildName, slot: Slot, value: unknown): void {
    const message = parseChildMessage(value);
    if (message === null) {
      this.#listener.onLog(name, 'warn', 'sent a message that this version does not know');
      return;
    }
    const atMs = performance.now();
    switch (message.type) {
      case 'gateway':
      case 'miner':
        if (message.type !== name) return;
        slot.pulse = afterHeartbeat(slot.pulse, message, atMs);
        if (message.type === 'miner' && message.job?.prevBlock !== undefined) {
          this.companion()?.holds(message.job.prevBlock);
        }
        this.#listener.onHeartbeat(message, this.#hear(message, atMs));
        break;
      case 'verdict':
        this.#listener.onVerdict(message);
        break;
      case 'found':
        this.#listener.onFound(message.proof);
        break;
      case 'dropped':
        this.#slots.gateway.companion?.dropped(message);
        break;
      case 'sent':
        this.#slots.gateway.companion?.sent(message);
        break;
      case 'failure':
        slot.failure = message;
        break;
    }
  }

  /** @returns whether it says something new. */
  #hear(message: GatewayHeartbeat | MinerHeartbeat, atMs: number): boolean {
    const before = this.#heard[message.type];
    this.#heard = { ...this.#heard, [message.type]: { heartbeat: message, atMs } };
    return before === null || substanceOf(before.heartbeat) !== substanceOf(message);
  }

  #takeLine(name: ChildName, slot: Slot, line: string): void {
    const clean = this.#listener.redact(line);
    slot.lines = [...slot.lines, clean].slice(-LAST_LINES);
    slot.companion?.hear(clean);
    if (!slot.rate.admit(performance.now())) return;
    const dropped = slot.rate.takeDropped();
    if (dropped > 0) this.#listener.onLog(name, 'warn', `${dropped} lines of a flood were dropped`);
    const { level, text } = readLevel(clean);
    // Our own children choose their words; a foreign gateway says the same twice a second while it has no template.
    const told = slot.companion === null ? text : slot.repeats.admit(text, performance.now());
    if (told !== null) this.#listener.onLog(name, level, told);
  }

  #bury(name: ChildName, slot: Slot, exit: ChildExit): void {
    const { code, signal } = exit;
    const failure = slot.failure === null ? null : this.#listener.redact(slot.failure.message);
    const killed = signal === 'SIGKILL' ? slot.memory.cause() : null;
    slot.process = null;
    const lines = failure === null ? slot.lines : [...slot.lines, `pearlctl: ${failure}`].slice(-LAST_LINES);
    slot.lastExit = { code, signal, at: new Date().toISOString(), lines };
    this.#forget(name);
    this.#listener.onEvent(name, { type: 'exit', exit: { ...exit, message: exit.message ?? killed ?? failure } });
  }

  /** What the last process said about itself does not hold for the next. */
  #forget(name: ChildName): void {
    this.#heard = { ...this.#heard, [name]: null };
  }
}

/** What of a heartbeat may change the state that is shown. */
function substanceOf(heartbeat: GatewayHeartbeat | MinerHeartbeat): string {
  return heartbeat.type === 'gateway'
    ? JSON.stringify([heartbeat.ready, heartbeat.url, heartbeat.upstream])
    : JSON.stringify([heartbeat.ready, heartbeat.activity, heartbeat.reason, heartbeat.priorityText]);
}

function newSlot(): Slot {
  const nowMs = performance.now();
  return {
    process: null,
    timer: undefined,
    pulse: newChildPulse(nowMs),
    lines: [],
    failure: null,
    rate: new RateLimit(LINES_PER_SECOND, nowMs),
    repeats: new Repeats(),
    lastExit: null,
    companion: null,
    memory: new MemoryKills(),
  };
}
