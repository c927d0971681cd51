// The rows of `pearlctl list`: instances by their files, and supervisors that only the process table shows.
import { statSync } from 'node:fs';
import type { Scope } from '../base/instance.ts';
import { findSupervisors } from '../doctor/own-processes.ts';
import type { ProcessFacts } from '../doctor/processes.ts';
import type { Caller } from '../service/caller.ts';
import { type Ports, portsOf } from '../service/instance-ports.ts';
import { findInstances, type Instance, userNamed } from '../service/instances.ts';
import { readStatus } from '../state/status/gather.ts';
import { fitColumns } from '../state/text-table.ts';

export interface ListedInstance {
  /** Null for the one without a name. */
  readonly instance: string | null;
  readonly scope: Scope;
  /** Whose it is: for the machine's, the account that its service runs as. */
  readonly account: string;
  /** As in `status`; `running` also for a supervisor that may not be looked into. */
  readonly state: string;
  readonly installed: boolean;
  /** Of its supervisor. */
  readonly pid: number | null;
  /** Null where it was started with another file that is not known. */
  readonly configFile: string | null;
  readonly ports: Ports;
}

export async function listInstances(caller: Caller, processes: readonly ProcessFacts[]): Promise<ListedInstance[]> {
  const rows = await Promise.all(findInstances(caller).map(rowOf));
  const known = new Set(rows.map(({ pid }) => pid));
  const others = findSupervisors(processes).filter(({ pid }) => !known.has(pid));
  return [...rows, ...others.map((one) => rowOfProcess(one, caller))];
}

async function rowOf({ paths, account, installed }: Instance): Promise<ListedInstance> {
  const { state, supervisor } = await readStatus(paths);
  const { instance, scope, configFile } = paths;
  const pid = supervisor?.pid ?? null;
  const { gateway, metrics } = await portsOf(paths, pid !== null);
  return { instance, scope, account, state, installed, pid, configFile, ports: { gateway, metrics } };
}

/** Of another account, or in a folder of its own. */
function rowOfProcess({ pid, args }: ProcessFacts, caller: Caller): ListedInstance {
  const flag = (name: string) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? null : (args[at + 1] ?? null);
  };
  return {
    instance: flag('instance'),
    scope: flag('scope') === 'system' ? 'system' : 'user',
    account: ownerOf(pid, caller),
    state: 'running',
    installed: false,
    pid,
    configFile: flag('config'),
    ports: { gateway: null, metrics: null },
  };
}

function ownerOf(pid: number, { platform }: Caller): string {
  const uid = platform === 'linux' ? statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid : undefined;
  return uid === undefined ? 'unknown' : userNamed(uid);
}

/** @param width of the terminal: in a narrow one what `--json` tells besides is left out. */
export function renderInstances(rows: readonly ListedInstance[], width: number): string {
  const head = ['INSTANCE', 'SCOPE', 'ACCOUNT', 'STATE', 'SERVICE', 'PROCESS', 'PORTS', 'CONFIGURATION'];
  const givesWay = ['SERVICE', 'ACCOUNT', 'CONFIGURATION'];
  return fitColumns([head, ...rows.map(cells)], { right: ['PROCESS'], givesWay, width }).join('\n');
}

function cells(row: ListedInstance): string[] {
  const { instance, scope, account, state, installed, pid, configFile, ports } = row;
  const numbers = [ports.gateway, ports.metrics].filter((port) => port !== null);
  return [
    instance ?? '(default)',
    scope,
    account,
    state,
    installed ? 'installed' : '-',
    pid === null ? '-' : String(pid),
    numbers.length === 0 ? '-' : numbers.join(', '),
    configFile ?? '-',
  ];
}
