// The orders that a person or a service manager can give, whichever way they come: by signal or over the control socket.
import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { Logger } from '../../base/logs/logger.ts';
import { type Config, loadConfig } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import type { JsonValue } from '../../protocol/jsonrpc/lossless-json.ts';
import { readPaused, type Wish, writePaused } from '../../state/paused.ts';
import { describeChanges, reloadChanges, restartNeeded } from '../configuration/reload-effects.ts';
import { liveStatus } from '../publish/live-status.ts';
import type { Notifier } from '../publish/notify.ts';
import { statusLineOf } from '../publish/published.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Supervisor } from '../supervisor.ts';
import { type ControlActions, toJson } from './control-methods.ts';

export interface OrdersOptions {
  /** As this supervisor started with it: what only a restart changes is still so. */
  config: Config;
  paths: Paths;
  supervisor: Supervisor;
  publisher: Publisher;
  notifier: Notifier;
  logger: Logger;
  /** Takes over the secrets of a new configuration. Throws what they throw. */
  adoptSecrets: (config: Config) => Promise<void>;
  /** Whether a service manager started it, and can start it again. */
  isService: boolean;
}

export class Orders implements ControlActions {
  readonly #options: OrdersOptions;
  /** Why it was told to stop, first. */
  stopReason: string | null = null;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  status(): JsonValue {
    const { supervisor, paths } = this.#options;
    return toJson(liveStatus(supervisor.situation(), paths, null));
  }

  /** `now`: without the block whose certificate is being made. The answer tells for how long that was. */
  leave(why: string, now = false): JsonValue {
    const { logger, supervisor } = this.#options;
    this.stopReason ??= why;
    logger.info(`stopping${now ? ' now' : ''}: ${why}`, { event: 'stop' });
    // An answer on its way goes first.
    setImmediate(() => supervisor.dispatch({ type: 'stop', now }));
    return { stopping: true, finishingSeconds: supervisor.situation().provingSeconds };
  }

  stop(now: boolean): JsonValue {
    return this.leave('asked over the control socket', now);
  }

  /** The wish is kept over a restart; when it cannot be written it holds until then, and says so. */
  pause(wish: Wish): JsonValue {
    this.#options.supervisor.wish(wish);
    return { paused: wish.reason, kept: this.#keep(wish) };
  }

  /** Rests while its terminal has stopped this process; no later start is to know of that. */
  suspend(): void {
    this.#options.supervisor.wish({ reason: 'suspended', untilMs: null });
  }

  /** Ends that rest; a pause that was asked for stays. */
  goOn(): void {
    this.#options.supervisor.wish(readPaused(this.#options.paths.pausedFile));
  }

  /** Other reasons to rest than the pause are told, and what there is no work for. */
  resume(): JsonValue {
    const { supervisor } = this.#options;
    supervisor.wish(null);
    const { machine, heard } = supervisor.situation();
    const { level, text } = machine.working;
    const waitsFor = heard.gateway?.heartbeat.upstream?.reason ?? null;
    return { paused: null, kept: this.#keep(null), level, text, waitsFor };
  }

  /** Reads the configuration whole; a bad one changes nothing, and is told in the answer, the log and in `health`. */
  async reload(): Promise<JsonValue> {
    const { supervisor, notifier } = this.#options;
    // Before it was ready, or while it leaves, `READY=1` at the end would tell the manager something that is not so.
    if (supervisor.isServing) notifier.reloading();
    try {
      return await this.#reload();
    } finally {
      if (supervisor.isServing) notifier.ready(statusLineOf(supervisor.situation()));
    }
  }

  async #reload(): Promise<JsonValue> {
    const { supervisor, publisher, logger, paths, adoptSecrets, isService } = this.#options;
    logger.reopen();
    try {
      const config = await loadConfig(paths);
      await adoptSecrets(config);
      const changes = supervisor.reload(config);
      publisher.setTrouble('reload-refused', null);
      const late = restartNeeded(reloadChanges(this.#options.config, config), isService);
      publisher.setTrouble(
        'restart-needed',
        late && { text: `Changed, and not in force before a restart: ${late.keys.join(', ')}.`, fix: late.fix },
      );
      logger.info(`configuration reloaded: ${describeChanges(changes)}`);
      supervisor.publishStats();
      return { applied: true, changes: changes.map(({ key, effect }) => toJson({ key, effect })) };
    } catch (error) {
      if (!(error instanceof PearlError)) throw error;
      logger.error(`the configuration is not taken over: ${error.message}`, { code: error.code });
      const remedy = error.fix ?? fix`Correct the file, then: ${pearlctl('reload')}`;
      publisher.setTrouble('reload-refused', {
        text: `The changed configuration is refused. ${error.message}`,
        fix: remedy,
      });
      supervisor.publishStats();
      return { applied: false, code: error.code, message: error.message, hint: toJson(remedy) };
    }
  }

  #keep(wish: Wish | null): boolean {
    const { paths, logger } = this.#options;
    try {
      writePaused(paths.pausedFile, wish);
      return true;
    } catch (error) {
      logger.warn(`the pause will not survive a restart (${errnoOf(error) ?? String(error)})`);
      return false;
    }
  }
}
