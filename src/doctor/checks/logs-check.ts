// Where do log lines go, how much room do they take, and where does it end?
import { statSync } from 'node:fs';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';
import { formatBytes } from '../sizes.ts';

export const logs: Check = {
  id: 'logs',
  area: 'Service',
  question: 'Where log lines go, and whether they are kept',
  run: (context) => (context.service?.kind === 'systemd' ? journal(context) : files(context)),
};

async function journal({ machine }: DoctorContext): Promise<Finding> {
  const usage = await machine.ask(['journalctl', '--disk-usage', '--quiet']);
  const size = /take up ([\d.]+\S*)/.exec(usage?.stdout ?? '')?.[1];
  const told = size === undefined ? '' : `, ${size} of all services, ${await journalCap(machine)}`;
  if (machine.exists('/var/log/journal')) return ok(`journal, kept over reboots${told}`);
  return warning(
    `journal, lost at each reboot${told}`,
    'sudo mkdir /var/log/journal && sudo systemctl restart systemd-journald',
  );
}

/** SystemMaxUse= of journald.conf(5): a tenth of the file system, at most 4 GiB, where it is not set. */
async function journalCap({ ask }: DoctorContext['machine']): Promise<string> {
  const merged = await ask(['systemd-analyze', 'cat-config', 'systemd/journald.conf', '--no-pager']);
  const set = [...(merged?.stdout ?? '').matchAll(/^SystemMaxUse=(\S+)/gm)].at(-1)?.[1];
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
