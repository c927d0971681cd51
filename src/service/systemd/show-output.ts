// Reads the output of `systemctl show`: KEY=VALUE lines, made for programs (systemctl(1)).
import { constants } from 'node:os';
import type { ActiveState, ServiceState } from '../manager.ts';

/** The properties that `parseShow` needs. */
export const PROPERTIES = [
  'LoadState',
  'FragmentPath',
  'DropInPaths',
  'StandardOutput',
  'LogNamespace',
  'UnitFileState',
  'ActiveState',
  'SubState',
  'Result',
  'MainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'NRestarts',
  'StateChangeTimestamp',
  'InvocationID',
] as const;

const ACTIVE_STATES: Record<string, ActiveState> = {
  active: 'active',
  reloading: 'active',
  activating: 'activating',
  deactivating: 'deactivating',
  inactive: 'inactive',
  failed: 'failed',
};

/** Every run of a unit has an id of its own, by which the journal can be asked for that run alone; null before the first. */
export function parseInvocation(text: string): string | null {
  return /^InvocationID=([0-9a-f]{32})$/m.exec(text)?.[1] ?? null;
}

/** The unit as a value. Unknown and missing properties read as the quiet case. */
export function parseShow(text: string): ServiceState {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const field = (name: (typeof PROPERTIES)[number]): string => fields.get(name) ?? '';
  const pid = Number(field('MainPID'));
  const result = field('Result');
  const dropIns = dropInsOf(field('DropInPaths'));
  const blocked = field('LoadState') === 'masked' || field('UnitFileState').startsWith('masked');
  return {
    loaded: field('LoadState') === 'loaded',
    ...(field('FragmentPath') === '' ? {} : { fragment: field('FragmentPath') }),
    ...(dropIns.length === 0 ? {} : { dropIns }),
    ...(field('StandardOutput') === '' ? {} : { output: field('StandardOutput') }),
    ...(field('LogNamespace') === '' ? {} : { logNamespace: field('LogNamespace') }),
    enabled: field('UnitFileState').startsWith('enabled'),
    blocked,
    active: ACTIVE_STATES[field('ActiveState')] ?? 'inactive',
    pid: Number.isInteger(pid) && pid > 0 ? pid : null,
    since: isoTime(field('StateChangeTimestamp')),
    lastExit: lastExit(field('ExecMainCode'), field('ExecMainStatus')),
    restarts: Number(field('NRestarts')) || 0,
    failure: result === '' || result === 'success' ? null : result,
  };
}

/** Of those in folders such as `service.d`, every service of the machine has its share. */
function dropInsOf(paths: string): string[] {
  return paths.split(' ').filter((path) => path !== '' && !/\/(?:service|unit)\.d\/[^/]*$/.test(path));
}

/** `--timestamp=unix` prints `@SECONDS`. */
function isoTime(value: string): string | null {
  const seconds = /^@(\d{1,12})$/.exec(value)?.[1];
  return seconds === undefined || seconds === '0' ? null : new Date(Number(seconds) * 1000).toISOString();
}

/** ExecMainCode is a CLD_ constant of waitid(2): 1 exited, 2 killed, 3 dumped. */
function lastExit(code: string, status: string): ServiceState['lastExit'] {
  const value = Number(status);
  if (!Number.isInteger(value)) return null;
  if (code === '1') return { code: value, signal: null };
  if (code !== '2' && code !== '3') return null;
  const signal = Object.entries(constants.signals).find(([, number]) => number === value)?.[0];
  return { code: null, signal: signal ?? `signal ${value}` };
}
