// The stand-in for launchd: domains, labels, disabled marks and jobs, with launchctl's exit codes and texts as they are
// documented and reported. It is not macOS: whatever is tested against it is tested against those reports.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'plist';
import { Job, type JobFacts } from './job.ts';
import type { Profile } from './profiles.ts';

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

export interface SimulatorOptions {
  profile: Profile;
  /** Of the ordinary user. */
  uid: number;
  agentsFolder: string;
  daemonsFolder: string;
  /** Somebody is logged in on the screen. */
  gui: boolean;
  /** What one second of launchd's patience with a restart is here, in milliseconds. */
  throttleSecondMs: number;
}

/** Things that go wrong on real machines, switched on one by one. */
export interface Faults {
  /** So many bootstraps fail with 5 although nothing is in the way. */
  transientFailures: number;
  neverSpawns: boolean;
  /** Background task management takes the job away right after its bootstrap. */
  removesAtOnce: boolean;
}

const ok = (stdout = ''): Answer => ({ code: 0, stdout, stderr: '' });
const fail = (code: number, stderr: string): Answer => ({ code, stdout: '', stderr: `${stderr}\n` });

export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #disabled = new Map<string, boolean>();
  readonly faults: Faults = { transientFailures: 0, neverSpawns: false, removesAtOnce: false };
  readonly events: string[] = [];
  gui: boolean;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.gui = options.gui;
  }

  /** The job of a label in any domain; for tests that look behind launchctl's back. */
  job(target: string): Job | undefined {
    return this.#jobs.get(target);
  }

  get loaded(): string[] {
    return [...this.#jobs.keys()];
  }

  /** What `launchctl ARGS` answers to the given user. */
  launchctl(args: readonly string[], asRoot: boolean): Answer {
    this.events.push(args.join(' '));
    const [verb = '', ...rest] = args;
    switch (verb) {
      case 'bootstrap':
        return this.#bootstrap(rest[0] ?? '', rest[1] ?? '', asRoot);
      case 'bootout':
        return this.#bootout(rest);
      case 'enable':
      case 'disable':
        return this.#mark(rest[0] ?? '', verb === 'disable');
      case 'kickstart':
        return this.#kickstart(rest);
      case 'kill':
        return this.#kill(rest[0] ?? '', rest[1] ?? '');
      case 'print':
        return this.#print(rest[0] ?? '');
      case 'print-disabled':
        return this.#printDisabled(rest[0] ?? '');
      default:
        return fail(64, `Unrecognized subcommand: ${verb}`);
    }
  }

  #domainExists(domain: string): boolean {
    const { uid } = this.#options;
    return domain === 'system' || domain === `user/${uid}` || (domain === `gui/${uid}` && this.gui);
  }

  #bootstrap(domain: string, file: string, asRoot: boolean): Answer {
    const { profile } = this.#options;
    const failed = (code: number): Answer => {
      const shown =
        !asRoot && profile.maskedCode !== null && [109, 110, 111, 119, 122].includes(code) ? profile.maskedCode : code;
      return fail(shown, `Bootstrap failed: ${shown}: ${shown === 5 ? 'Input/output error' : 'Error'}`);
    };
    if (domain === 'system' && !asRoot) return failed(5);
    if (!this.#domainExists(domain)) return failed(125);
    if (!existsSync(file)) return failed(2);
    let plist: JobFacts;
    try {
      // Taken now: what is written to the file later does not matter to a loaded job.
      plist = parse(readFileSync(file, 'utf8')) as unknown as JobFacts;
    } catch {
      return failed(109);
    }
    if (typeof plist.Label !== 'string') return failed(110);
    if ((lstatSync(file).mode & 0o022) !== 0) return failed(122);
    const target = `${domain}/${plist.Label}`;
    if (this.#disabled.get(target)) return failed(119);
    const sessions = [plist.LimitLoadToSessionType ?? 'Aqua'].flat();
    if (domain.startsWith('user/') && !sessions.includes('Background')) return failed(134);
    if (!existsSync(plist.ProgramArguments?.[0] ?? '')) return failed(111);
    if (this.faults.transientFailures > 0) {
      this.faults.transientFailures -= 1;
      return failed(5);
    }
    if (this.#jobs.has(target)) return failed(profile.loadedCode);
    this.#load(target, plist);
    return ok();
  }

  #load(target: string, plist: JobFacts): void {
    const { throttleSecondMs, profile } = this.#options;
    const job = new Job({
      plist,
      throttleSecondMs,
      defaultExitTimeOutSeconds: profile.defaultExitTimeOutSeconds,
      neverSpawns: this.faults.neverSpawns,
      event: (text) => this.events.push(text),
    });
    this.#jobs.set(target, job);
    if (this.faults.removesAtOnce) void this.#unload(target, job);
  }

  async #unload(target: string, job: Job): Promise<void> {
    await job.leave();
    const hold = this.#options.profile.lingeringLabelMs;
    if (hold > 0) await new Promise((resolve) => setTimeout(resolve, hold));
    if (this.#jobs.get(target) === job) this.#jobs.delete(target);
  }

  #bootout(args: readonly string[]): Answer {
    const waits = args[0] === '--wait';
    if (waits && !this.#options.profile.bootoutWait) return fail(64, 'Unrecognized option: --wait');
    const target = args[waits ? 1 : 0] ?? '';
    const job = this.#jobs.get(target);
    if (job === undefined) return fail(3, 'Boot-out failed: 3: No such process');
    if (job.leaving) return fail(36, 'Boot-out failed: 36: Operation now in progress');
    // The answer comes before the job is gone.
    void this.#unload(target, job);
    return ok();
  }

  #mark(target: string, disabled: boolean): Answer {
    if (!/^(?:system|gui\/\d+|user\/\d+)\/.+$/.test(target))
      return fail(64, 'Usage: launchctl enable <service-target>');
    this.#disabled.set(target, disabled);
    return ok();
  }

  #kickstart(args: readonly string[]): Answer {
    const kills = args.includes('-k');
    const target = args.find((word) => !word.startsWith('-')) ?? '';
    const job = this.#jobs.get(target);
    if (job === undefined) return this.#noService(113, target);
    if (job.pid !== null && !kills) return fail(37, 'Could not kickstart service: 37: Operation already in progress');
    if (job.pid !== null) job.signal(this.#options.profile.kickSignal);
    else if (!this.faults.neverSpawns) job.kick();
    return ok();
  }

  #kill(signal: string, target: string): Answer {
    const job = this.#jobs.get(target);
    if (job === undefined) return this.#noService(113, target);
    return job.signal(signal as NodeJS.Signals) ? ok() : fail(3, 'No process to signal.');
  }

  #noService(code: number, target: string): Answer {
    return fail(code, `Bad request.\nCould not find service "${basename(target)}" in domain for ${target}`);
  }

  #print(target: string): Answer {
    if (this.#domainExists(target)) return ok(`${target} = {\n\ttype = login\n}\n`);
    if (/^(?:gui|user)\/\d+$/.test(target)) return fail(112, `Could not find domain for ${target}`);
    const job = this.#jobs.get(target);
    if (job === undefined) return this.#noService(113, target);
    const exit = job.lastExit;
    const lines = [
      `${target} = {`,
      `\tactive count = ${job.pid === null ? 0 : 1}`,
      `\tstate = ${job.state}`,
      '\targuments = {',
      // A nested block repeats names of the top level.
      ...job.plist.ProgramArguments.map((word) => `\t\t${word}`),
      '\t\tstate = nonsense',
      '\t}',
      `\truns = ${job.runs}`,
      ...(job.pid === null ? [] : [`\tpid = ${job.pid}`]),
      exit?.signal
        ? `\tlast terminating signal = Killed: ${exit.signal === 'SIGKILL' ? 9 : 15}`
        : `\tlast exit code = ${exit === null ? '(never exited)' : exit.code === 78 ? '78: EX_CONFIG' : exit.code}`,
      '\tspawn type = daemon (3)',
      '}',
      '',
    ];
    return ok(lines.join('\n'));
  }

  #printDisabled(domain: string): Answer {
    if (!this.#domainExists(domain)) return fail(112, `Could not find domain for ${domain}`);
    const [yes, no] = this.#options.profile.disabledWords === 'words' ? ['disabled', 'enabled'] : ['true', 'false'];
    const marks = [...this.#disabled].filter(([target]) => target.startsWith(`${domain}/`));
    const lines = marks.map(
      ([target, disabled]) => `\t\t"${target.slice(domain.length + 1)}" => ${disabled ? yes : no}`,
    );
    return ok(['\tdisabled services = {', ...lines, '\t}', ''].join('\n'));
  }

  /** Somebody logs in on the screen: agents are loaded from their folder. */
  login(): void {
    this.gui = true;
    this.#scan(this.#options.agentsFolder, `gui/${this.#options.uid}`, 'Aqua');
  }

  /** The session ends, and its agents with it. */
  async logout(): Promise<void> {
    await this.#unloadDomain(`gui/${this.#options.uid}`);
    this.gui = false;
  }

  /** Everything ends, daemons are loaded again; nobody is logged in. Disabled marks stay. */
  async reboot(): Promise<void> {
    await this.shutDown();
    this.gui = false;
    this.#scan(this.#options.daemonsFolder, 'system', 'System');
  }

  async shutDown(): Promise<void> {
    await Promise.all(
      ['system', `gui/${this.#options.uid}`, `user/${this.#options.uid}`].map((domain) => this.#unloadDomain(domain)),
    );
  }

  async #unloadDomain(domain: string): Promise<void> {
    const jobs = [...this.#jobs].filter(([target]) => target.startsWith(`${domain}/`));
    await Promise.all(jobs.map(([target, job]) => this.#unload(target, job)));
  }

  #scan(folder: string, domain: string, session: string): void {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.plist')) : [];
    for (const file of files.map((name) => join(folder, name))) {
      // Links and files that others may write are passed over.
      if (lstatSync(file).isSymbolicLink() || (lstatSync(file).mode & 0o022) !== 0) continue;
      const plist = parse(readFileSync(file, 'utf8')) as unknown as JobFacts;
      const target = `${domain}/${plist.Label}`;
      const sessions = [plist.LimitLoadToSessionType ?? 'Aqua'].flat();
      if (this.#disabled.get(target) || (session === 'Aqua' && !sessions.includes('Aqua'))) continue;
      this.#load(target, plist);
    }
  }
}
