// The stand-in's launchd: domains, labels, disabled marks and jobs, and what a login, a logout, a reboot and a nap do to
// them. It is not macOS: it follows what is documented and reported.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { lasting } from '../fixtures/until.ts';
import { descendants, Job, type JobFacts } from './job.ts';
import type { Profile } from './profiles.ts';

export interface DomainsOptions {
  profile: Profile;
  /** Of the ordinary user. */
  uid: number;
  agentsFolder: string;
  daemonsFolder: string;
  /** A user is logged in on the screen. */
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

export class Domains {
  readonly options: DomainsOptions;
  readonly jobs = new Map<string, Job>();
  /** By target, whether marked as disabled; kept over a reboot. */
  readonly marks = new Map<string, boolean>();
  readonly faults: Faults = { transientFailures: 0, neverSpawns: false, removesAtOnce: false };
  readonly events: string[] = [];
  gui: boolean;

  constructor(options: DomainsOptions) {
    this.options = options;
    this.gui = options.gui;
  }

  exists(domain: string): boolean {
    const { uid } = this.options;
    return domain === 'system' || domain === `user/${uid}` || (domain === `gui/${uid}` && this.gui);
  }

  load(target: string, plist: JobFacts): void {
    const { throttleSecondMs, profile } = this.options;
    const job = new Job({
      plist,
      throttleSecondMs,
      defaultExitTimeOutSeconds: profile.defaultExitTimeOutSeconds,
      neverSpawns: this.faults.neverSpawns,
      event: (text) => this.events.push(text),
    });
    this.jobs.set(target, job);
    if (this.faults.removesAtOnce) void this.unload(target, job);
  }

  /** Resolves when the label is free again, which may be later than the end of the process. */
  async unload(target: string, job: Job): Promise<void> {
    await job.leave();
    const hold = this.options.profile.lingeringLabelMs;
    if (hold > 0) await lasting(hold);
    if (this.jobs.get(target) === job) this.jobs.delete(target);
  }

  /** A user logs in on the screen: agents are loaded from their folder. */
  login(): void {
    this.gui = true;
    this.#scan(this.options.agentsFolder, `gui/${this.options.uid}`, 'Aqua');
  }

  /** The session ends, and its agents with it. */
  async logout(): Promise<void> {
    await this.#unloadDomain(`gui/${this.options.uid}`);
    this.gui = false;
  }

  /** Everything ends, daemons are loaded again; no user is logged in. */
  async reboot(): Promise<void> {
    await this.shutDown();
    this.gui = false;
    this.#scan(this.options.daemonsFolder, 'system', 'System');
  }

  /** The lid is closed for a while: no process of any job gets a moment of time, and the clocks go on. */
  async nap(milliseconds: number): Promise<void> {
    const pids = [...this.jobs.values()].flatMap(({ pid }) => (pid === null ? [] : [pid, ...descendants(pid)]));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await lasting(milliseconds);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }

  async shutDown(): Promise<void> {
    const { uid } = this.options;
    await Promise.all(['system', `gui/${uid}`, `user/${uid}`].map((domain) => this.#unloadDomain(domain)));
  }

  async #unloadDomain(domain: string): Promise<void> {
    const jobs = [...this.jobs].filter(([target]) => target.startsWith(`${domain}/`));
    await Promise.all(jobs.map(([target, job]) => this.unload(target, job)));
  }

  #scan(folder: string, domain: string, session: string): void {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.plist')) : [];
    for (const file of files.map((name) => join(folder, name))) {
      // Links and files that others may write are passed over.
      if (lstatSync(file).isSymbolicLink() || (lstatSync(file).mode & 0o022) !== 0) continue;
      const plist = parse(readFileSync(file, 'utf8')) as unknown as JobFacts;
      const target = `${domain}/${plist.Label}`;
      const sessions = [plist.LimitLoadToSessionType ?? 'Aqua'].flat();
      if (this.marks.get(target) || (session === 'Aqua' && !sessions.includes('Aqua'))) continue;
      this.load(target, plist);
    }
  }
}
