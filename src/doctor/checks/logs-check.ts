// Where do log lines go, how much room do they take, and where does it end?
import { statSync } from 'node:fs';
import { logTargetOf } from '../../service/log-target.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';
import { formatBytes } from '../sizes.ts';

export const logs: Look = {
  id: 'logs',
  question: 'Where log lines go, and whether they are kept',
  async run(context) {
    const { service } = context;
    if (service?.kind !== 'systemd') return files(context);
    const target = await logTargetOf(service);
    return target.startsWith('journal') ? journal(context, target.slice('journal:'.length)) : files(context);
  },
};

async function journal({ machine }: DoctorContext, namespace: string): Promise<Finding> {
  const of = namespace === '' ? [] : [`--namespace=${namespace}`];
  const usage = await machine.ask(['journalctl', ...of, '--disk-usage', '--quiet']);
  const size = /take up ([\d.]+\S*)/.exec(usage?.stdout ?? '')?.[1];
  const settings = await journalSettings(machine, namespace);
  const told = size === undefined ? '' : `, ${size} of all services, ${journalCap(settings)}`;
  const name = namespace === '' ? 'journal' : `journal of the namespace ${namespace}`;
  const storage = settings('Storage') ?? 'auto';
  if (storage === 'none') return warning(`${name}, which keeps nothing (Storage=none)`, PERSISTENT);
  if (storage === 'persistent' || (storage === 'auto' && machine.exists('/var/log/journal'))) {
    return ok(`${name}, kept over reboots${told}`);
  }
  if (storage === 'volatile') return warning(`${name}, lost at each reboot (Storage=volatile)${told}`, PERSISTENT);
  return warning(
    `${name}, lost at each reboot${told}`,
    'sudo mkdir /var/log/journal && sudo systemctl restart systemd-journald',
  );
}

const PERSISTENT =
  'Set Storage=persistent in /etc/systemd/journald.conf, then: sudo systemctl restart systemd-journald';

/** The last setting of a key in journald.conf(5) with its drop-ins, or undefined where it is not set. */
async function journalSettings({ ask }: DoctorContext['machine'], namespace: string) {
  const file = namespace === '' ? 'systemd/journald.conf' : `systemd/journald@${namespace}.conf`;
  const text = (await ask(['systemd-analyze', 'cat-config', file, '--no-pager']))?.stdout ?? '';
  return (key: string) => [...text.matchAll(/^(\w+)=(\S+)/gm)].findLast(([, name]) => name === key)?.[2];
}

/** SystemMaxUse= is a tenth of the file system, at most 4 GiB, where it is not set. */
function journalCap(settings: (key: string) => string | undefined): string {
  const set = settings('SystemMaxUse');
  return set === undefined ? 'at most a tenth of the disk or 4G' : `at most ${set}`;
}

async function files({ paths, config: read }: DoctorContext): Promise<Finding> {
  const { config } = await read();
  const sizes = [paths.logFile, ...Array.from({ length: 100 }, (_, index) => `${paths.logFile}.${index + 1}`)].flatMap(
    (file) => statSync(file, { throwIfNoEntry: false })?.size ?? [],
  );
  if (sizes.length === 0) return skipped(`no log yet at ${paths.logFile}`);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const facts = `${paths.logFile}, ${formatBytes(bytes)} in ${sizes.length} ${sizes.length === 1 ? 'file' : 'files'}`;
  if (config === null) return ok(facts);
  const cap = config.logs.maxBytes * config.logs.files;
  // One line may pass the cap before the file is put aside.
  if (bytes <= cap * 1.1) return ok(`${facts}, at most ${formatBytes(cap)}`);
  return warning(
    `${facts}, more than the ${formatBytes(cap)} of [logs]`,
    `rm ${paths.logFile}.* (old files that are not rotated)`,
  );
}
