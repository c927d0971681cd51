// What the service manager hears, by the sd_notify protocol: nothing at all where no manager listens.
import { native } from '../../native/native.ts';

/** How many times longer the watchdog waits for a process that gets hardly any processor time. */
const PATIENCE = 10;

export class Notifier {
  readonly listens: boolean;
  /** The watchdog's time as the unit has it; null without one. */
  readonly #watchdogMicros: number | null;
  #lastLine = '';
  #patient = false;

  constructor(env: NodeJS.ProcessEnv) {
    this.listens = env.NOTIFY_SOCKET !== undefined && env.NOTIFY_SOCKET !== '';
    this.#watchdogMicros = Number(env.WATCHDOG_USEC) || null;
  }

  ready(line: string): void {
    this.#send(`READY=1\nSTATUS=${oneLine(line)}`);
  }

  /** A reload has begun: the manager waits for the next `ready` (sd_notify(3)). */
  reloading(): void {
    // CLOCK_MONOTONIC, which tells the manager this reload from an earlier one.
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(line: string): void {
    this.#send(`STOPPING=1\nSTATUS=${oneLine(line)}`);
  }

  /** Sent only when it changed. */
  status(line: string): void {
    if (line === this.#lastLine) return;
    this.#lastLine = line;
    this.#send(`STATUS=${oneLine(line)}`);
  }

  /** The loop turns and the table advances: the manager's watchdog may sleep on. */
  alive(): void {
    this.#send('WATCHDOG=1');
  }

  /** While `patient`, the watchdog waits longer (sd_notify(3), WATCHDOG_USEC=). */
  patience(patient: boolean): void {
    if (patient === this.#patient || this.#watchdogMicros === null) return;
    this.#patient = patient;
    this.#send(`WATCHDOG_USEC=${this.#watchdogMicros * (patient ? PATIENCE : 1)}`);
  }

  #send(state: string): void {
    if (this.listens) native().sdNotify(state);
  }
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 400);
}
