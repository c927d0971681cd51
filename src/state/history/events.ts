// What happened, in the words of the log: the newest few hundred, where the same thing again and again counts as one. Pure.

/** What an event is about; a line of the log that has one of these as its `event` is one. */
export const EVENT_KINDS = [
  'start',
  'stop',
  'pause',
  'resume',
  'restart',
  'fail-over',
  'outage',
  'recovery',
  'version',
  'kernel',
  'rules',
  'block',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface PastEvent {
  /** Rises by one; its place in the file. */
  readonly number: number;
  readonly kind: EventKind;
  /** Wall clock, milliseconds: the first time, and the last. */
  readonly atMs: number;
  readonly lastMs: number;
  readonly times: number;
  readonly text: string;
}

export const MOST_EVENTS = 512;
/** The same words within this time are one event that happened several times. */
const SAME_WITHIN_MS = 15 * 60_000;
/** Things that take turns: so many of the newest are looked at. */
const LOOK_BACK = 8;

export function isEventKind(kind: unknown): kind is EventKind {
  return (EVENT_KINDS as readonly unknown[]).includes(kind);
}

export class Events {
  #events: PastEvent[];

  /** @param kept what an earlier process kept, in any order. */
  constructor(kept: readonly PastEvent[] = []) {
    this.#events = [...kept].sort((a, b) => a.number - b.number).slice(-MOST_EVENTS);
  }

  /** Oldest first. */
  get all(): readonly PastEvent[] {
    return this.#events;
  }

  newestOf(kind: EventKind): PastEvent | null {
    return this.#events.findLast((event) => event.kind === kind) ?? null;
  }

  /** Takes what happened, and gives the event as it now is, for the file. */
  add(kind: EventKind, text: string, atMs: number): PastEvent {
    const from = Math.max(0, this.#events.length - LOOK_BACK);
    const at = this.#events.findIndex(
      (event, index) =>
        index >= from && event.kind === kind && event.text === text && Math.abs(atMs - event.lastMs) < SAME_WITHIN_MS,
    );
    const same = this.#events[at];
    if (same !== undefined) {
      const again = { ...same, lastMs: atMs, times: same.times + 1 };
      this.#events[at] = again;
      return again;
    }
    const event = { number: (this.#events.at(-1)?.number ?? 0) + 1, kind, atMs, lastMs: atMs, times: 1, text };
    this.#events = [...this.#events, event].slice(-MOST_EVENTS);
    return event;
  }
}
