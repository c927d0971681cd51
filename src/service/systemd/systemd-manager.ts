// A service at systemd, in the system's manager or the caller's own.
import { PearlError } from '../../base/errors.ts';
import type { Scope } from '../../base/instance.ts';
import { LONGEST_STOP_MS } from '../definition.ts';
import type { ManagerVerb, ServiceManager, ServiceState } from '../manager.ts';
import type { CommandResult, RunCommand } from '../run-program.ts';
import { unitName } from '../service-names.ts';
import { PROPERTIES, parseInvocation, parseShow } from './show-output.ts';
import { isSelinuxEnforcing, startFailure } from './start-failure.ts';

export interface SystemdOptions {
  scope: Scope;
  instance: string | null;
  run: RunCommand;
  /** How to reach the caller's own manager; see `sessionEnvironment`. */
  env?: Record<string, string>;
  /** Whether that manager can be reached at all; asked only after a failure, to say the right thing. */
  reachable?: () => boolean;
}

/** TimeoutStartSec of our units, which bounds their reload too, with room for the bus. */
const START_LIMIT_MS = 200_000;

export class SystemdManager implements ServiceManager {
  readonly kind = 'systemd';
  readonly #options: SystemdOptions;
  readonly #unit: string;

  constructor(options: SystemdOptions) {
    this.#options = options;
    this.#unit = unitName(options.instance);
  }

  #systemctl(...args: string[]): string[] {
    return ['systemctl', ...(this.#options.scope === 'user' ? ['--user'] : []), ...args];
  }

  commands(verb: ManagerVerb): string[][] {
    const [load, forgive] = [this.#systemctl('daemon-reload'), this.#systemctl('reset-failed', this.#unit)];
    if (verb === 'load') return [load];
    if (verb === 'forget') return [load, forgive];
    const act = this.#systemctl(verb, this.#unit);
    // A unit that ran into its start limit refuses to start until it is forgiven.
    return verb === 'start' || verb === 'restart' ? [forgive, act] : [act];
  }

  /** Runs a program of systemd that speaks to this very manager. */
  ask(command: readonly string[]): Promise<CommandResult> {
    return this.#run(command);
  }

  async state(): Promise<ServiceState> {
    return parseShow((await this.#show()).stdout);
  }

  #show(): Promise<CommandResult> {
    const command = this.#systemctl('show', '--timestamp=unix', '-p', PROPERTIES.join(','), this.#unit);
    return this.#must('describe', command);
  }

  async load(): Promise<void> {
    await this.#mustAll('load');
  }

  async enable(): Promise<void> {
    await this.#mustAll('enable');
  }

  async disable(): Promise<void> {
    const { code, stderr } = await this.#run(this.#systemctl('disable', this.#unit));
    // A unit file that is gone already has nothing to disable.
    if (code !== 0 && (await this.state()).enabled) throw this.#failed('disable', stderr);
  }

  start(): Promise<void> {
    return this.#startWith('start');
  }

  restart(): Promise<void> {
    return this.#startWith('restart');
  }

  async beginRestart(): Promise<void> {
    await this.#run(this.#systemctl('reset-failed', this.#unit));
    await this.#must('restart', this.#systemctl('--no-block', 'restart', this.#unit));
  }

  async kill(): Promise<void> {
    await this.#run(this.#systemctl('kill', '--signal=SIGKILL', this.#unit));
  }

  async #startWith(verb: 'start' | 'restart'): Promise<void> {
    await this.#run(this.#systemctl('reset-failed', this.#unit));
    const limitMs = START_LIMIT_MS + (verb === 'restart' ? LONGEST_STOP_MS : 0);
    const { code, stderr } = await this.#run(this.#systemctl(verb, this.#unit), limitMs);
    if (code !== 0) throw await this.#startFailure(stderr);
  }

  async stop(): Promise<void> {
    if (!(await this.state()).loaded) return;
    const { code, stderr } = await this.#run(this.#systemctl('stop', this.#unit), LONGEST_STOP_MS);
    if (code !== 0) throw this.#failed('stop', stderr);
  }

  async reload(): Promise<void> {
    const { code, stderr } = await this.#run(this.#systemctl('reload', this.#unit), START_LIMIT_MS);
    if (code !== 0) throw this.#failed('reload', stderr);
  }

  async forget(): Promise<void> {
    await this.#must('forget', this.#systemctl('daemon-reload'));
    // Fails when there is nothing to forgive.
    await this.#run(this.#systemctl('reset-failed', this.#unit));
  }

  journalMatch(): string[] {
    // A system unit logs into the system journal; a user unit's lines are marked with its own name.
    return this.#options.scope === 'user' ? ['--user-unit', this.#unit] : ['--unit', this.#unit];
  }

  async lastLines(count: number): Promise<string[]> {
    const invocation = parseInvocation((await this.#show()).stdout);
    if (invocation === null) return [];
    // What the program itself said in this run, without the manager's own words about it.
    const command = ['journalctl', `_SYSTEMD_INVOCATION_ID=${invocation}`, '--lines', String(count)];
    const { stdout } = await this.#run([...command, '--no-pager', '--output=cat', '--quiet']);
    return stdout.split('\n').filter((line) => line !== '');
  }

  #run(command: readonly string[], timeoutMs?: number): Promise<CommandResult> {
    const { run, env } = this.#options;
    return run(command, { ...(env ? { env } : {}), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  async #must(what: string, command: readonly string[]): Promise<CommandResult> {
    const result = await this.#run(command);
    if (result.code === 0) return result;
    if (this.#options.reachable?.() === false) throw noSession(result);
    throw this.#failed(what, result.stderr);
  }

  async #mustAll(verb: ManagerVerb): Promise<void> {
    for (const command of this.commands(verb)) await this.#must(verb, command);
  }

  #failed(what: string, stderr: string): PearlError {
    const said = (stderr.trim().split('\n')[0] ?? '').replace(/\.$/, '');
    return new PearlError('SERVICE_FAILED', `systemd could not ${what} ${this.#unit}${said ? `: ${said}` : ''}.`, {
      hint: `See: ${this.#systemctl('status', this.#unit).join(' ')}`,
    });
  }

  async #startFailure(stderr: string): Promise<PearlError> {
    const state = await this.state();
    const lines = await this.lastLines(8);
    return startFailure({ unit: this.#unit, state, lines, said: stderr.trim(), selinux: isSelinuxEnforcing() });
  }
}

function noSession(result: CommandResult): PearlError {
  return new PearlError('SERVICE_MANAGER_MISSING', 'Your own service manager is not running in this session.', {
    hint: 'Type: sudo loginctl enable-linger "$USER", or log in directly instead of through su; or use --scope system.',
    cause: result,
  });
}
