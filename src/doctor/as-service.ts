// Checks whose answer depends on the account that asks, run as the account of the system service: root may read everything, and would
// find well what the service cannot do. The service's own program is run as that account, by identity and without a shell.
import * as v from 'valibot';
import { fix, fixOf, sudoPearlctl } from '../base/fix.ts';
import { namingWords } from '../base/instance.ts';
import { parseJson } from '../base/json-fields.ts';
import type { Service } from '../service/installed-service.ts';
import type { RunAs } from '../service/run-program.ts';
import { accountName, unitName } from '../service/service-names.ts';
import type { Look } from './check.ts';
import { AS_SERVICE, type DoctorContext } from './doctor-context.ts';
import { type Finding, problem, skipped } from './finding.ts';
import { programOfService, type ServiceProgram } from './service-program.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const answer = v.object({
  checks: v.array(
    v.object({
      id: v.string(),
      status: v.picklist(['ok', 'warning', 'problem', 'skipped']),
      fact: v.string(),
      fix: v.nullable(v.string()),
      // An older version does not say it.
      command: v.optional(v.nullable(v.array(v.string())), null),
    }),
  ),
});

/** What another account found, by the ids of the checks. */
export interface AsService {
  readonly user: string;
  readonly findings: ReadonlyMap<string, Finding>;
}

/** Which of these checks root has to ask as the service's account; none for another user, or without a system service. */
export function checksAsService(checks: readonly Look[], { machine, service }: DoctorContext): readonly Look[] {
  if (service === null || service.paths.scope !== 'system' || machine.uid !== 0) return [];
  return checks.filter(({ asService }) => asService?.includes(service.kind));
}

/** Null where there is no such account, or where the installed version does not know these checks. Never rejects. */
export async function askAsService(checks: readonly Look[], context: DoctorContext): Promise<AsService | null> {
  const { service, machine } = context;
  if (service === null || checks.length === 0) return null;
  const account = await accountOf(context, service);
  if (account === null || account.uid === 0) return null;
  const program = programOfService(service);
  const ids = checks.map(({ id }) => id);
  const { stateFolder, home } = service.paths;
  const env = {
    PATH,
    HOME: service.kind === 'systemd' ? stateFolder : service.caller.home,
    [AS_SERVICE]: account.user,
    ...(home === null ? {} : { PEARLCTL_HOME: home }),
  };
  const result = await machine.askAs(
    account,
    [program.executable, program.script, 'doctor', '--json', ...namingWords(service.paths), ...ids],
    env,
  );
  // 2: an older version, which knows fewer checks.
  if (result?.code === 2) return null;
  const parsed = v.safeParse(answer, parseJson(result?.stdout ?? ''));
  const findings = parsed.success
    ? new Map(
        parsed.output.checks.map(({ id, status, fact, fix, command }) => [
          id,
          { status, fact, fix: fix === null ? null : fixOf(fix, command) },
        ]),
      )
    : notRun(ids, cannotRun(program, account.user, result?.stderr ?? ''));
  return { user: account.user, findings };
}

/** One row tells it, that of its Node where it was asked for; the others have nothing of their own to say. */
function notRun(ids: readonly string[], finding: Finding): Map<string, Finding> {
  const teller = ids.includes('node') ? 'node' : ids[0];
  return new Map(ids.map((id) => [id, id === teller ? finding : skipped('the program of the service does not run')]));
}

function cannotRun({ executable, renewedBy }: ServiceProgram, user: string, stderr: string): Finding {
  const [said = ''] = stderr.trim().split('\n');
  return problem(
    `${executable} does not run as ${user}${said === '' ? '' : `: ${said.slice(0, 200)}`}`,
    renewedBy(fix`${sudoPearlctl('install')} (it copies the program again, for that account to read)`),
  );
}

/** The account that the manager will use, drop-ins included. */
async function accountOf({ machine }: DoctorContext, service: Service): Promise<RunAs | null> {
  const user = service.kind === 'systemd' ? await unitUser() : plistUser();
  if (user === null || !/^[a-z_][a-z0-9_.-]{0,31}\$?$/i.test(user)) return null;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => machine.ask(['id', flag, user])));
  const ids = [uid, gid].map((one) => (one?.code === 0 ? Number(one.stdout.trim()) : Number.NaN));
  const [uidNumber = Number.NaN, gidNumber = Number.NaN] = ids;
  return Number.isInteger(uidNumber) && Number.isInteger(gidNumber) ? { user, uid: uidNumber, gid: gidNumber } : null;

  async function unitUser(): Promise<string> {
    const { instance } = service.paths;
    const shown = await machine.ask(['systemctl', 'show', '--property=User', '--value', unitName(instance)]);
    return shown?.stdout.trim() || accountName(instance);
  }

  function plistUser(): string | null {
    const text = machine.readText(service.definitionFile) ?? '';
    return /<key>UserName<\/key>\s*<string>([^<]*)<\/string>/.exec(text)?.[1] ?? null;
  }
}
