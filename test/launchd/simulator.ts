// The stand-in's launchctl: what it answers, with the exit codes and texts that are documented and reported. Whatever is
// tested against it is tested against those reports, not against macOS.
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'plist';
import { Domains } from './domains.ts';
import type { Job, JobFacts } from './job.ts';

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
  /** `asuser`: the caller itself runs this, in the bootstrap context of another user and with its own rights. */
  run?: { command: readonly string[]; contextUid: number };
}

/** Who asks: root or the ordinary user, and in whose bootstrap context where that is another user's. */
export interface Asker {
  asRoot: boolean;
  contextUid?: number | undefined;
}

const ok = (stdout = ''): Answer => ({ code: 0, stdout, stderr: '' });
const fail = (code: number, stderr: string): Answer => ({ code, stdout: '', stderr: `${stderr}\n` });

/** Of the codes in `launchctl error`, those that we have seen texts of. */
const TEXTS: Readonly<Record<number, string>> = {
  3: 'No such process',
  5: 'Input/output error',
  37: 'Operation already in progress',
  113: 'Could not find specified service',
  119: 'Service is disabled',
};

const SERVICE_TARGET = /^(?:system|gui\/\d+|user\/\d+)\/.+$/;

export class Simulator extends Domains {
  /** The job of a target; for tests that look behind launchctl's back. */
  job(target: string): Job | undefined {
    return this.jobs.get(target);
  }

  get loaded(): string[] {
    return [...this.jobs.keys()];
  }

  /** What `launchctl ARGS` answers. */
  launchctl(args: readonly string[], asker: Asker): Answer {
    this.events.push(args.join(' '));
    const [verb = '', ...rest] = args;
    const [first = '', second = ''] = rest;
    switch (verb) {
      case 'bootstrap':
        return this.#bootstrap(first, second, asker.asRoot);
      case 'bootout':
        return this.#bootout(rest);
      case 'enable':
      case 'disable':
        return this.#mark(verb, first);
      case 'kickstart':
        return this.#kickstart(rest);
      case 'kill':
        return this.#kill(first, second);
      case 'print':
        return this.#print(first);
      case 'print-disabled':
        return this.#printDisabled(first);
      case 'list':
        return this.#list(first, asker);
      case 'managername':
        return ok(`${this.#managerName(asker)}\n`);
      case 'asuser':
        return /^\d+$/.test(first) && rest.length > 1
          ? { ...ok(), run: { command: rest.slice(1), contextUid: Number(first) } }
          : fail(64, 'Usage: launchctl asuser <UID> <program> [...]');
      case 'error':
        return /^\d+$/.test(first)
          ? ok(`${first}: ${TEXTS[Number(first)] ?? 'unknown error code'}\n`)
          : fail(64, 'Usage: launchctl error [posix|mach|bootstrap] <code>');
      default:
        return fail(64, `Unrecognized subcommand: ${verb}`);
    }
  }

  /** What a person does to the machine; not a verb of launchctl. */
  async sim([what = '', milliseconds = '0']: readonly string[]): Promise<Answer> {
    if (what === 'login') this.login();
    else if (what === 'logout') await this.logout();
    else if (what === 'reboot') await this.reboot();
    else if (what === 'sleep') await this.nap(Number(milliseconds));
    else return fail(64, 'Usage: sim login | logout | reboot | sleep MILLISECONDS');
    return ok();
  }

  #bootstrap(domain: string, file: string, asRoot: boolean): Answer {
    const { profile } = this.options;
    const failed = (code: number): Answer => {
      const masked = !asRoot && profile.maskedCode !== null && [109, 110, 111, 119, 122].includes(code);
      const shown = masked ? (profile.maskedCode ?? code) : code;
      return fail(shown, `Bootstrap failed: ${shown}: ${TEXTS[shown] ?? 'Error'}`);
    };
    if (domain === 'system' && !asRoot) return failed(5);
    if (!this.exists(domain)) return failed(125);
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
    if (this.marks.get(target)) return failed(119);
    const sessions = [plist.LimitLoadToSessionType ?? 'Aqua'].flat();
    if (domain.startsWith('user/') && !sessions.includes('Background')) return failed(134);
    if (!existsSync(plist.ProgramArguments?.[0] ?? '')) return failed(111);
    if (this.faults.transientFailures > 0) {
      this.faults.transientFailures -= 1;
      return failed(5);
    }
    if (this.jobs.has(target)) return failed(profile.loadedCode);
    this.load(target, plist);
    return ok();
  }

  #bootout(args: readonly string[]): Answer {
    const waits = args[0] === '--wait';
    if (waits && !this.options.profile.bootoutWait) return fail(64, 'Unrecognized option: --wait');
    const target = args[waits ? 1 : 0] ?? '';
    const job = this.jobs.get(target);
    if (job === undefined) return fail(3, 'Boot-out failed: 3: No such process');
    if (job.leaving) return fail(36, 'Boot-out failed: 36: Operation now in progress');
    // The answer comes before the job is gone.
    void this.unload(target, job);
    return ok();
  }

  #mark(verb: 'enable' | 'disable', target: string): Answer {
    if (!SERVICE_TARGET.test(target)) return fail(64, `Usage: launchctl ${verb} <service-target>`);
    this.marks.set(target, verb === 'disable');
    return ok();
  }

  #kickstart(args: readonly string[]): Answer {
    const kills = args.includes('-k');
    const target = args.find((word) => !word.startsWith('-')) ?? '';
    const job = this.jobs.get(target);
    if (job === undefined) return this.#noService(113, target);
    if (job.pid !== null && !kills) return fail(37, 'Could not kickstart service: 37: Operation already in progress');
    if (job.pid !== null) job.signal(this.options.profile.kickSignal);
    else if (!this.faults.neverSpawns) job.kick();
    return args.includes('-p') && job.pid !== null ? ok(`${job.pid}\n`) : ok();
  }

  #kill(signal: string, target: string): Answer {
    const job = this.jobs.get(target);
    if (job === undefined) return this.#noService(113, target);
    return job.signal(signal as NodeJS.Signals) ? ok() : fail(3, 'No process to signal.');
  }

  #noService(code: number, target: string): Answer {
    return fail(code, `Bad request.\nCould not find service "${basename(target)}" in domain for ${target}`);
  }

  #print(target: string): Answer {
    if (this.exists(target)) return ok(`${target} = {\n\ttype = login\n}\n`);
    if (/^(?:gui|user)\/\d+$/.test(target)) return fail(112, `Could not find domain for ${target}`);
    const job = this.jobs.get(target);
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
    if (!this.exists(domain)) return fail(112, `Could not find domain for ${domain}`);
    const [yes, no] = this.options.profile.disabledWords === 'words' ? ['disabled', 'enabled'] : ['true', 'false'];
    const marks = [...this.marks].filter(([target]) => target.startsWith(`${domain}/`));
    const lines = marks.map(
      ([target, disabled]) => `\t\t"${target.slice(domain.length + 1)}" => ${disabled ? yes : no}`,
    );
    return ok(['\tdisabled services = {', ...lines, '\t}', ''].join('\n'));
  }

  #managerName({ asRoot, contextUid }: Asker): string {
    if (asRoot && contextUid === undefined) return 'System';
    return this.gui ? 'Aqua' : 'Background';
  }

  /** The old form, which knows no domains: it means that of the caller. */
  #list(label: string, asker: Asker): Answer {
    const { uid } = this.options;
    const name = this.#managerName(asker);
    const domain = name === 'System' ? 'system' : name === 'Aqua' ? `gui/${uid}` : `user/${uid}`;
    const jobs = [...this.jobs].filter(([target]) => target.startsWith(`${domain}/`)).map(([, job]) => job);
    if (label === '') {
      const lines = jobs.map((job) => `${job.pid ?? '-'}\t${waitStatus(job)}\t${job.plist.Label}`);
      return ok(['PID\tStatus\tLabel', ...lines, ''].join('\n'));
    }
    const job = jobs.find(({ plist }) => plist.Label === label);
    if (job === undefined) return fail(113, `Could not find service "${label}" in domain for ${domain}`);
    const pid = job.pid === null ? [] : [`\t"PID" = ${job.pid};`];
    const lines = ['{', `\t"Label" = "${label}";`, `\t"LastExitStatus" = ${waitStatus(job)};`, ...pid, '};', ''];
    return ok(lines.join('\n'));
  }
}

/** As wait(2) gives it, not taken apart: 256 for an exit with 1, 9 for SIGKILL. */
function waitStatus({ lastExit }: Job): number {
  if (lastExit?.signal) return lastExit.signal === 'SIGKILL' ? 9 : 15;
  return (lastExit?.code ?? 0) * 256;
}
