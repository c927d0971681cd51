// Reads the little that we need from `launchctl print`, whose output "is not API in any sense": whether the service is
// there is decided by the exit code alone; from the text only the top level counts, the lines that start with one tab.
import type { ActiveState, ServiceState } from '../manager.ts';

type Printed = Pick<ServiceState, 'active' | 'pid' | 'lastExit' | 'restarts'>;

/** A loaded service as a value; what cannot be read is the quiet case. */
export function parsePrint(text: string): Printed {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^\t(\w[\w ]*?) = (.*)$/gm)) {
    if (!fields.has(name)) fields.set(name, value);
  }
  const pid = Number(fields.get('pid'));
  const runs = Number(fields.get('runs'));
  const lastExit = parseLastExit(fields.get('last exit code') ?? '', fields.get('last terminating signal') ?? '');
  return {
    active: activeOf(fields.get('state') ?? '', lastExit),
    pid: Number.isInteger(pid) && pid > 0 ? pid : null,
    lastExit,
    restarts: Number.isInteger(runs) && runs > 1 ? runs - 1 : 0,
  };
}

function activeOf(state: string, lastExit: ServiceState['lastExit']): ActiveState {
  if (state === 'running') return 'active';
  if (state.startsWith('spawn') || state === 'xpcproxy') return 'activating';
  if (/^SIG[A-Z]+ed$/.test(state)) return 'deactivating';
  const failed = lastExit !== null && (lastExit.signal !== null || lastExit.code !== 0);
  return failed ? 'failed' : 'inactive';
}

/** `0`, `78: EX_CONFIG`, `(never exited)`; and in a line of its own `Killed: 9`. */
function parseLastExit(code: string, signal: string): ServiceState['lastExit'] {
  const signalName = /^(.{1,40}): (\d{1,3})$/.exec(signal);
  if (signalName) return { code: null, signal: `signal ${signalName[2]}` };
  const number = /^(-?\d{1,5})(?::|$)/.exec(code)?.[1];
  return number === undefined ? null : { code: Number(number), signal: null };
}

/** Whether `launchctl print-disabled` lists the label as disabled: `=> disabled` since macOS 13, `=> true` before. */
export function isDisabled(text: string, label: string): boolean {
  return text.split('\n').some((line) => {
    const match = /^\s*"(.+)" => (\w+)$/.exec(line);
    return match?.[1] === label && (match[2] === 'disabled' || match[2] === 'true');
  });
}
