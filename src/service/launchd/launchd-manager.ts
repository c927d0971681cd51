// A service at launchd. Its ways that shape this file: a boot-out comes back before the job is gone, a running job never
// reads its property list again, a disabled mark outlives the plist, and one exit code can mean four things.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf } from '../../base/atomic-file.ts';
import { PearlError } from '../../base/errors.ts';
import type { Scope } from '../../base/instance.ts';
import type { Paths } from '../../config/paths.ts';
import type { Caller } from '../caller.ts';
import { LONGEST_STOP_MS } from '../definition.ts';
import type { ManagerVerb, ServiceManager, ServiceState } from '../manager.ts';
import type { RunCommand } from '../run-program.ts';
import { launchdLabel } from '../service-names.ts';
import { ABSENT, launchctlError, UNCLEAR } from './codes.ts';
import { crashLogFile } from './plist.ts';
import { isDisabled, parsePrint } from './print-output.ts';

export interface LaunchdOptions {
  scope: Scope;
  instance: string | null;
  run: RunCommand;
  caller: Caller;
  paths: Paths;
  definitionFile: string;
  /** The longest that a job may take to leave, in milliseconds; larger than any ExitTimeOut of ours. */
  stopLimitMs?: number;
  /** How long to wait for a process after a bootstrap, and again after a kick, in milliseconds. */
  spawnLimitMs?: number;
  /** How often a state is asked for while waiting, in milliseconds. */
  pollMs?: number;
}

/** A boot-out may hold the label for some seconds more than its process; reports say three to five. */
const BOOTSTRAP_LIMIT_MS = 20_000;
/** From a successful bootstrap to a process; ThrottleInterval may hold it back for ten seconds. */
const SPAWN_LIMIT_MS = 15_000;

export class LaunchdManager implements ServiceManager {
  readonly kind = 'launchd';
  readonly #options: LaunchdOptions;
  readonly #label: string;
  #domain: string | null = null;

  constructor(options: LaunchdOptions) {
    this.#options = options;
    this.#label = launchdLabel(options.instance);
  }

  /**
   * `system`; for a user the graphical session, or without one (over ssh) the user's own domain. A job that is loaded
   * already decides.
   */
  async domain(): Promise<string> {
    if (this.#domain !== null) return this.#domain;
    if (this.#options.scope === 'system') this.#domain = 'system';
    else {
      const [gui, user] = [`gui/${this.#options.caller.uid}`, `user/${this.#options.caller.uid}`] as const;
      if (await this.#succeeds(['print', `${gui}/${this.#label}`])) this.#domain = gui;
      else if (await this.#succeeds(['print', `${user}/${this.#label}`])) this.#domain = user;
      else this.#domain = (await this.#succeeds(['print', gui])) ? gui : user;
    }
    return this.#domain;
  }

  /** No graphical session: the property list then has to allow for another kind. */
  async headless(): Promise<boolean> {
    return (await this.domain()).startsWith('user/');
  }

  commands(verb: ManagerVerb): string[][] {
    const domain = this.#domain ?? (this.#options.scope === 'system' ? 'system' : `gui/${this.#options.caller.uid}`);
    const target = `${domain}/${this.#label}`;
    const bootstrap = ['launchctl', 'bootstrap', domain, this.#options.definitionFile];
    const table: Record<ManagerVerb, string[][]> = {
      load: [],
      enable: [['launchctl', 'enable', target]],
      disable: [['launchctl', 'disable', target]],
      start: [['launchctl', 'enable', target], bootstrap],
      stop: [['launchctl', 'bootout', target]],
      restart: [['launchctl', 'bootout', target], bootstrap],
      reload: [['launchctl', 'kill', 'SIGHUP', target]],
      forget: [
        ['launchctl', 'bootout', target],
        ['launchctl', 'enable', target],
      ],
    };
    return table[verb];
  }

  async state(): Promise<ServiceState> {
    const domain = await this.domain();
    const printed = await this.#launchctl(['print', `${domain}/${this.#label}`]);
    const loaded = printed.code === 0;
    const overrides = await this.#launchctl(['print-disabled', domain]);
    const blocked = overrides.code === 0 && isDisabled(overrides.stdout, this.#label);
    const quiet = { active: 'inactive', pid: null, lastExit: null, restarts: 0 } as const;
    return {
      ...(loaded ? parsePrint(printed.stdout) : quiet),
      loaded,
      enabled: !blocked && existsSync(this.#options.definitionFile),
      blocked,
      since: null,
      failure: null,
    };
  }

  /** launchd reads a property list when it is bootstrapped, and at no other time. */
  async load(): Promise<void> {}

  async enable(): Promise<void> {
    await this.#must(['enable'], 'enable it');
  }

  async disable(): Promise<void> {
    await this.#must(['disable'], 'disable it');
  }

  start(): Promise<void> {
    return this.#startFrom(this.#options.definitionFile);
  }

  async #startFrom(definition: string): Promise<void> {
    // An old disabled mark would let the bootstrap fail, or succeed and never start anything.
    await this.enable();
    await this.#unloadIdle();
    await this.#bootstrap(definition);
    await this.#awaitProcess();
  }

  /** Always from the property list as it is now. */
  restart(): Promise<void> {
    return this.beginRestart(this.#options.definitionFile);
  }

  /** launchd answers when the process is there, ready or not. */
  async beginRestart(definition: string): Promise<void> {
    await this.stop();
    await this.#startFrom(definition);
  }

  async kill(): Promise<void> {
    await this.#launchctl(['kill', 'SIGKILL', await this.#target()]);
  }

  async stop(): Promise<void> {
    const target = await this.#target();
    const { code } = await this.#launchctl(['bootout', target]);
    if (code !== 0 && !ABSENT.has(code) && !UNCLEAR.has(code)) throw launchctlError('stop it', code);
    await this.#awaitAbsence(target);
  }

  async reload(): Promise<void> {
    await this.#must(['kill', 'SIGHUP'], 'signal it');
  }

  async forget(): Promise<void> {
    await this.stop();
    // Without a plist a disabled mark would lie in wait for the next install.
    await this.enable();
  }

  journalMatch(): null {
    return null;
  }

  async lastLines(count: number): Promise<string[]> {
    const { paths } = this.#options;
    return [crashLogFile(paths), paths.logFile].flatMap((file) => tailOf(file, count)).slice(-count);
  }

  /** A job that ended for good stays loaded, with the property list of its time: only a new bootstrap starts it again. */
  async #unloadIdle(): Promise<void> {
    const printed = await this.#launchctl(['print', await this.#target()]);
    if (printed.code !== 0) return;
    const { pid, active } = parsePrint(printed.stdout);
    if (pid === null && active !== 'activating') await this.stop();
  }

  async #bootstrap(definition: string): Promise<void> {
    const domain = await this.domain();
    const target = await this.#target();
    const end = performance.now() + BOOTSTRAP_LIMIT_MS;
    for (;;) {
      const { code } = await this.#launchctl(['bootstrap', domain, definition]);
      if (code === 0) return;
      if (!UNCLEAR.has(code) || performance.now() > end) throw launchctlError('load it', code);
      const printed = await this.#launchctl(['print', target]);
      // Loaded and not on its way out: another program, or an earlier try of ours, was faster.
      if (printed.code === 0 && parsePrint(printed.stdout).active !== 'deactivating') return;
      await this.#pause();
    }
  }

  /** A job can be registered and yet never be spawned; one kick helps, and if not, that is the truth to tell. */
  async #awaitProcess(): Promise<void> {
    const target = await this.#target();
    for (const kick of [false, true]) {
      if (kick) await this.#launchctl(['kickstart', target]);
      const end = performance.now() + (this.#options.spawnLimitMs ?? SPAWN_LIMIT_MS);
      while (performance.now() < end) {
        const printed = await this.#launchctl(['print', target]);
        if (ABSENT.has(printed.code)) {
          throw switchedOff('macOS removed the service right after it was loaded; why, it does not tell.');
        }
        const { pid, lastExit } = parsePrint(printed.stdout);
        // It may have run and ended already: why is the next question, not this one.
        if (pid !== null || lastExit !== null) return;
        await this.#pause();
      }
    }
    throw switchedOff('launchd took the service but does not start it.');
  }

  async #awaitAbsence(target: string): Promise<void> {
    const end = performance.now() + (this.#options.stopLimitMs ?? LONGEST_STOP_MS);
    while (performance.now() < end) {
      const { code } = await this.#launchctl(['print', target]);
      if (code !== 0) {
        // The next start may find another session.
        this.#domain = null;
        return;
      }
      await this.#pause();
    }
    throw new PearlError('SERVICE_FAILED', 'launchd has not ended the service in time.', {
      hint: `Type: launchctl kill SIGKILL ${target}`,
    });
  }

  async #target(): Promise<string> {
    return `${await this.domain()}/${this.#label}`;
  }

  #launchctl(args: readonly string[]): ReturnType<RunCommand> {
    return this.#options.run(['launchctl', ...args]);
  }

  async #succeeds(args: readonly string[]): Promise<boolean> {
    return (await this.#launchctl(args)).code === 0;
  }

  async #must(words: readonly string[], action: string): Promise<void> {
    const { code } = await this.#launchctl([...words, await this.#target()]);
    if (code !== 0) throw launchctlError(action, code);
  }

  #pause(): Promise<void> {
    return sleep(this.#options.pollMs ?? 250);
  }
}

function switchedOff(message: string): PearlError {
  const hint = 'See System Settings, General, Login Items: an item switched off there cannot be switched on from here.';
  return new PearlError('SERVICE_FAILED', message, { hint });
}

function tailOf(file: string, count: number): string[] {
  const lines = textOf(file)?.split('\n') ?? [];
  return lines.filter((line) => line !== '').slice(-count);
}
