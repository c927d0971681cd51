// Which lines of our units' sandbox a manager refuses: where user namespaces are restricted (AppArmor on Ubuntu 24.04 and later,
// user.max_user_namespaces=0, linux-hardened), each of these ends a unit before its program runs, while all others only have no effect.
import { textOf } from '../../base/atomic-file.ts';
import type { Scope } from '../../base/instance.ts';
import type { RunCommand } from '../run-program.ts';

/** A user's manager needs a user namespace for each of these; the system's for the first alone. */
const NEED_NAMESPACE = {
  PrivateUsers: 'yes',
  CapabilityBoundingSet: '',
  PrivateDevices: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectClock: 'yes',
} as const;
type Directive = keyof typeof NEED_NAMESPACE;

function risky(scope: Scope): Directive[] {
  return scope === 'user' ? (Object.keys(NEED_NAMESPACE) as Directive[]) : ['PrivateUsers'];
}

/** EXIT_CHDIR, the first of the codes by which systemd says that it could not set a process up (systemd.exec(5)). */
const FIRST_SETUP_CODE = 200;

/** Those that the manager refuses, each asked by a transient unit that runs true(1). None where it cannot be asked. */
export async function refusedDirectives(run: RunCommand, scope: Scope): Promise<Directive[]> {
  const refuses = async (directives: readonly Directive[]): Promise<boolean> => {
    const words = ['systemd-run', ...(scope === 'user' ? ['--user'] : []), '--quiet', '--wait', '--collect'];
    const lines = directives.map((name) => `--property=${name}=${NEED_NAMESPACE[name]}`);
    const answer = await run([...words, '--description=What pearlctl may ask for', ...lines, 'true']).catch(() => null);
    return answer !== null && answer.code >= FIRST_SETUP_CODE;
  };
  const all = risky(scope);
  if (!(await refuses(all))) return [];
  const each = await Promise.all(all.map((name) => refuses([name])));
  return all.filter((_name, index) => each[index]);
}

const SWITCHES = [
  ['/proc/sys/user/max_user_namespaces', '0'],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
] as const;

/** The same from the kernel's own switches, for a user's manager that does not run yet. */
export function refusedByKernel(read = textOf): Directive[] {
  return SWITCHES.some(([path, value]) => read(path)?.trim() === value) ? risky('user') : [];
}

const LEFT_OUT = '# Left out, since the service manager of this machine refuses it: ';

/** The unit without them, and with a line that says so. */
export function withoutRefused(unit: string, refused: readonly string[]): string {
  if (refused.length === 0) return unit;
  const kept = unit.split('\n').filter((line) => !refused.some((name) => line.startsWith(`${name}=`)));
  const before = kept.findIndex((line) => line.startsWith('# What it cannot do.'));
  return kept.toSpliced(before, 0, `${LEFT_OUT}${refused.join(', ')}.`).join('\n');
}

/** What a unit of ours says that was left out, or a drop-in of ours that is switched off. */
export function refusedIn(text: string): Directive[] {
  const line = text.split('\n').find((one) => one.startsWith(LEFT_OUT)) ?? '';
  const names = line.slice(LEFT_OUT.length, -1).split(', ');
  return risky('user').filter((name) => names.includes(name) || text.split('\n').includes(`${name}=no`));
}
