// Feeds events to the table one after the other, and hands the actions that come back to the supervisor, which carries them out.
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logs/logger.ts';
import type { Working } from './policy/working.ts';
import { tellChanges } from './publish/transition-log.ts';
import {
  newMachine,
  type SupervisorAction,
  type SupervisorEvent,
  type SupervisorMachine,
  type SupervisorRules,
  type SupervisorTransition,
  stepSupervisor,
} from './supervisor-table.ts';

export interface TableRunnerOptions {
  working: Working;
  rules: () => SupervisorRules;
  carryOut: (action: SupervisorAction) => void;
  logger: Logger;
}

export class TableRunner {
  readonly #options: TableRunnerOptions;
  #machine: SupervisorMachine;
  #events: SupervisorEvent[] = [];
  #stepping = false;

  constructor(options: TableRunnerOptions) {
    this.#options = options;
    this.#machine = newMachine(options.working);
  }

  get machine(): SupervisorMachine {
    return this.#machine;
  }

  /**
   * Feeds one event to the table.
   *
   * @returns false for an event that an action causes at once: it waits for its turn, and the call at work feeds it.
   */
  feed(event: SupervisorEvent): boolean {
    this.#events.push(event);
    if (this.#stepping) return false;
    this.#stepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
    return true;
  }

  #step(event: SupervisorEvent): void {
    const { rules, logger, carryOut } = this.#options;
    const before = this.#machine;
    const clock = { nowMs: performance.now(), random: Math.random() };
    let transition: SupervisorTransition;
    try {
      transition = stepSupervisor(before, event, rules(), clock);
    } catch (error) {
      // A pair that cannot happen is a defect of ours; it is written down, and is no reason to take the miner down with it.
      logger.error(messageOf(error));
      return;
    }
    this.#machine = transition.machine;
    tellChanges(logger, before, transition.machine);
    for (const action of transition.actions) carryOut(action);
  }
}
