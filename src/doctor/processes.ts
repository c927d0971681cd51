// The process table: each process with its name and its arguments. From /proc on Linux, from ps(1) elsewhere.
import type { CommandResult } from '../service/run-program.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** The name that the kernel lists (on Linux at most 15 characters). */
  readonly name: string;
  /** Program and arguments; empty for kernel threads and for processes that may not be looked at. */
  readonly args: readonly string[];
}

/** What the table is read from (`machine.ts`). */
export interface ProcessSource {
  readonly platform: NodeJS.Platform;
  readText(path: string): string | null;
  list(path: string): string[];
  ask(command: readonly string[]): Promise<CommandResult | null>;
}

export async function listProcesses(source: ProcessSource): Promise<ProcessFacts[]> {
  if (source.platform !== 'linux') {
    const answer = await source.ask(['ps', '-axo', 'pid=,ppid=,ucomm=,args=']);
    return answer === null ? [] : parsePs(answer.stdout);
  }
  return source.list('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = source.readText(`/proc/${name}/stat`);
    const args = source.readText(`/proc/${name}/cmdline`);
    const facts = stat === null ? null : parseStat(stat);
    return facts === null ? [] : [{ ...facts, args: (args ?? '').split('\0').filter((word) => word !== '') }];
  });
}

/** proc_pid_stat(5): pid, the name in parentheses, state, parent. The name may itself hold parentheses. */
export function parseStat(text: string): Omit<ProcessFacts, 'args'> | null {
  const [, pid, name, parent] = /^(\d+) \((.*)\) \S (\d+) /s.exec(text) ?? [];
  return name === undefined ? null : { pid: Number(pid), parent: Number(parent), name };
}

/** Lines of `ps -axo pid=,ppid=,ucomm=,args=`. Words of an argument cannot be told apart there. */
export function parsePs(text: string): ProcessFacts[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, name, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), name, args: (args ?? '').split(' ').filter(Boolean) }];
  });
}
