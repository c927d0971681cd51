// Renders a service definition as a systemd unit: pure, every value quoted for the place it goes to.
import { programArguments, type ServiceDefinition, stopSeconds, superviseCommand } from '../definition.ts';
import { fillLines, readTemplate } from '../fill-template.ts';
import { isBelowHome } from '../hidden.ts';
import { forReading } from '../run-program.ts';
import { baseName, unitName } from '../service-names.ts';
import { quoteAssignment, quoteCommand, quoteWord, unitValue } from './quote.ts';
import { withoutRefused } from './sandbox.ts';

/** Where every processor is busy, a group of the least weight was seen to wait up to 13 s, and a stop has several such waits. */
const STARVED_SECONDS = 45;

/** The complete text of the unit file. Throws INPUT_INVALID for values that no unit file can carry. */
export function renderUnit(definition: ServiceDefinition): string {
  const { scope, instance } = definition;
  const unit = unitName(instance);
  const common = {
    title: `${baseName(instance)}: CPU mining of Pearl as a service`,
    version: definition.version,
    configFile: comment(definition.configFile),
    removeCommand: comment(removeCommand(definition)),
    unit,
    description: unitValue(`Pearl CPU miner${instance === null ? '' : ` (${instance})`}`),
    command: quoteCommand(superviseCommand(definition)),
    reloadCommand: quoteCommand(programArguments(definition, 'reload', '--direct')),
    stopSeconds: String(stopSeconds(definition) + STARVED_SECONDS),
    folders: folderLines(definition),
    environment: Object.entries(definition.environment).map(
      ([name, value]) => `Environment=${quoteAssignment(name, value)}`,
    ),
    credentials: definition.credentials.map(({ name, file }) => `LoadCredential=${name}:${unitValue(file)}`),
    cpuWeight: cpuWeightLines(definition.resources.cpuWeight),
    memory: definition.resources.memoryMaxBytes === null ? [] : [`MemoryMax=${definition.resources.memoryMaxBytes}`],
  };
  const refused = definition.refused ?? [];
  if (scope === 'user') return withoutRefused(fillLines(readTemplate('systemd/user.service'), common), refused);
  const text = fillLines(readTemplate('systemd/system.service'), {
    ...common,
    user: definition.account?.user ?? 'root',
    group: definition.account?.group ?? 'root',
    // Everything below a home folder is hidden, unless pearlctl's own folder was put there on purpose.
    protectHome: isBelowHome(definition.portableHome ?? '') ? 'read-only' : 'yes',
  });
  return withoutRefused(text, refused);
}

/** A drop-in that runs the program of this definition instead of the unit's. */
export function renderTrial(definition: ServiceDefinition): string {
  const command = quoteCommand(superviseCommand(definition));
  return `# A version on trial: \`pearlctl install\` and a reboot take this away.\n[Service]\nExecStart=\nExecStart=${command}\n`;
}

/** A comment must not end its line early; a path with a line break is refused further on anyway. */
function comment(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, '?');
}

function removeCommand(definition: ServiceDefinition): string {
  const [executable, script] = [definition.executable, definition.script].map(forReading);
  const instance = definition.instance === null ? '' : ` --instance ${definition.instance}`;
  const sudo = definition.scope === 'system' ? 'sudo ' : '';
  return `${sudo}${executable} ${script} uninstall --scope ${definition.scope}${instance}`;
}

/** `idle` is known to systemd 252 and newer; older ones keep the line before it. */
function cpuWeightLines(weight: number | 'idle'): string[] {
  return weight === 'idle' ? ['CPUWeight=1', 'CPUWeight=idle'] : [`CPUWeight=${weight}`];
}

function folderLines(definition: ServiceDefinition): string[] {
  const base = baseName(definition.instance);
  const writable = definition.writableFolders.map(quoteWord);
  const writableLine = writable.length === 0 ? [] : [`ReadWritePaths=${writable.join(' ')}`];
  if (definition.portableHome !== null) return writableLine;
  const runtime = [
    `RuntimeDirectory=${base}`,
    // Any user may ask a system service how it is; what is private lies in a folder of its own inside.
    `RuntimeDirectoryMode=${definition.scope === 'system' ? '0755' : '0700'}`,
    '# Without this the state file would vanish with every stop and crash, and the reason with it.',
    'RuntimeDirectoryPreserve=yes',
  ];
  if (definition.scope === 'user') return [...runtime, ...writableLine];
  return [`StateDirectory=${base}`, 'StateDirectoryMode=0700', ...runtime, ...writableLine];
}
