// `pearlctl status`: is it mining, and if not, why. A hot command: what is imported here is what every call pays for.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import { definitionTraces, installedDefinition, packagedPlaces } from '../../service/place.ts';
import { fieldText, readField } from '../../state/status/dotted-field.ts';
import {
  readStatus,
  renderStatus,
  type ServiceStatus,
  type StatusModel,
  statusExitCode,
} from '../../state/status/gather.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import { fittedWidth } from '../terminal.ts';
import { showUtc, UTC_OPTION } from '../utc-option.ts';

export const command = defineCommand({
  description:
    'Says what the supervisor and its children do right now, from their own state files and the process table. ' +
    '“Rate” is measured: whole attempts over time. “Implied” is what the accepted shares say of it: the work that ' +
    'each takes on average at its target, summed, with the 95 % interval of such a lottery; from ten shares on. ' +
    'Exit code 0: alive. 1: not alive, but it left its state behind (failed or killed). 3: configured or stopped. ' +
    '4: nothing is configured or installed.',
  examples: [
    ['pearlctl status', 'A dozen lines, the truth first'],
    ['pearlctl status --watch', 'Redrawn every second, with the rate of the last minutes as a curve; ? shows its keys'],
    ['pearlctl status --json', 'One JSON object, for scripts; docs/json.md explains its keys'],
    ['pearlctl status --json --watch', 'A line of JSON for each change'],
    ['pearlctl status --history --range 7d', 'The last week: rate, shares, temperature, watts and events'],
    ['pearlctl status --field state', 'One value; also dotted: shares.accepted'],
    ['pearlctl status >/dev/null && echo alive', 'The exit code answers'],
  ],
  options: {
    watch: { type: 'boolean', alias: 'w', describe: 'Go on until Ctrl-C; a line for each change where no one watches' },
    utc: UTC_OPTION,
    history: { type: 'boolean', describe: 'What was kept of the past: rate, shares, temperature, watts and events' },
    range: {
      type: 'string',
      describe: 'How much of it; 24h without',
      choices: ['15m', '3h', '24h', '7d', '30d'] as const,
    },
    field: {
      type: 'string',
      describe: 'Print this value of the JSON document alone',
      placeholder: 'NAME',
      suggest: async () => (await import('../field-names.ts')).fieldNames(),
    },
  },
  async run({ watch: goesOn, field, utc, history, range }, context) {
    if (utc) showUtc();
    if (history || range !== undefined) {
      const { readPast, renderPast } = await import('../status-history.ts');
      const past = readPast(context.paths, range ?? '24h', Date.now());
      context.print(renderPast(past, context.terminal.width), past.document);
      return 0;
    }
    if (goesOn) {
      const { watch } = await import('../live/watch-command.ts');
      const { json, terminal } = context;
      return statusExitCode(
        await watch(reader(context), { json, terminal, field, signal: context.stopSignal(), paths: context.paths }),
      );
    }
    const model = await reader(context)();
    const { terminal } = context;
    const shown = () => (context.json ? '' : renderStatus(model, { ...terminal, width: fittedWidth(terminal) }));
    if (field === undefined) context.print(shown(), model);
    else await printField(model, field, context);
    return statusExitCode(model);
  },
});

/** How long the word of a service manager is good for, for a caller that asks again and again. */
const MANAGER_WORD_MS = 5000;

function reader(context: Context): () => Promise<StatusModel> {
  const { flags, paths, advice } = context;
  let askedMs = Number.NEGATIVE_INFINITY;
  let word: ServiceStatus | null = null;
  // Talking to a manager costs more than all the rest: only for a service that is there.
  const askService = async () => {
    if (!mayBeService(paths)) return null;
    if (performance.now() - askedMs < MANAGER_WORD_MS) return word;
    word = await (await import('../../service/ask-manager.ts')).askService({ ...flags, scope: paths.scope });
    askedMs = performance.now();
    return word;
  };
  return async () => {
    return readStatus(paths, { askService, serviceChangedSince: (at) => isChangedSince(paths, at), flags: advice });
  };
}

/** A value that this state of things does not have is empty; a name that no state has is a mistake. */
async function printField(model: StatusModel, name: string, context: Context): Promise<void> {
  const found = readField(model, name);
  if (found === undefined) (await import('../field-names.ts')).checkFieldName(name);
  const value = found?.value ?? null;
  context.print(fieldText(value), value);
}

const KIND = process.platform === 'darwin' ? 'launchd' : 'systemd';

/** Where this machine's manager looks for the definition. */
const place = ({ scope, instance, userHome }: Paths) =>
  ({ scope, instance, home: userHome, configHome: process.env.XDG_CONFIG_HOME }) as const;

/** A package's unit counts, enabled or not, once there is a configuration for it. */
function mayBeService(paths: Paths): boolean {
  if (installedDefinition(KIND, place(paths), existsSync) !== null) return true;
  return existsSync(paths.configFile) && packagedPlaces(KIND, place(paths)).some((path) => existsSync(path));
}

/** Edited, given a drop-in, enabled or disabled: whatever it was, only the manager knows what is true now. */
function isChangedSince(paths: Paths, seconds: number): boolean {
  return definitionTraces(KIND, place(paths)).some((path) => changedMs(path) > seconds * 1000);
}

/** When it was changed. What has vanished, or is not there yet, was changed at the latest when its folder was. */
function changedMs(path: string): number {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts?.ctimeMs ?? (dirname(path) === path ? 0 : changedMs(dirname(path)));
}
