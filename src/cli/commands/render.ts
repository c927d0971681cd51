// `pearlctl render`: the definition of the service alone, for people who bring their own configuration management.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { EXIT, PearlError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { type Config, loadConfig, parseConfig } from '../../config/configuration.ts';
import { resolvePaths } from '../../config/paths.ts';
import { currentCaller } from '../../service/caller.ts';
import { defineService } from '../../service/define.ts';
import { definitionFile, type ManagerKind } from '../../service/place.ts';
import { renderDefinition } from '../../service/render-definition.ts';
import { defineCommand } from '../command.ts';

/** A configuration in which every key that the definition depends on has its default. */
const DEFAULTS = 'network = simnet\n[gateway]\nkind = attached\n';

export const command = defineCommand({
  description:
    'Prints the systemd unit or the launchd property list that `install` would write, and nothing else. Limits and ' +
    'time-outs come from the configuration where there is one. Works on any machine, for any other.',
  examples: [
    ['pearlctl render systemd --scope system > pearlctl.service', 'The unit for your configuration management'],
    ['pearlctl render launchd --scope user', 'The property list of a LaunchAgent'],
    ['pearlctl render systemd --instance second', 'For a second, independent service'],
    [
      'pearlctl render systemd --scope system --program /usr/lib/pearlctl/pearlctl.mjs --node /usr/lib/pearlctl/bin/pearlctl',
      'The unit of a package that brings its own program and Node',
    ],
  ],
  positionals: {
    manager: { choices: ['systemd', 'launchd'], describe: 'Whose definition', demandOption: true },
  },
  options: {
    program: { type: 'string', describe: 'For packagers: where pearlctl.mjs will be', placeholder: 'PATH' },
    node: { type: 'string', describe: 'And the Node that runs it; its name is what ps shows', placeholder: 'PATH' },
    'service-user': { type: 'string', describe: 'launchd, system scope: the account that mines', placeholder: 'NAME' },
  },
  async run(args, context) {
    const program = programOf(args);
    const kind = args.manager as ManagerKind;
    const caller = { ...currentCaller(), platform: kind === 'systemd' ? ('linux' as const) : ('darwin' as const) };
    const { scope, instance, config } = context.flags;
    const paths = resolvePaths({
      scope,
      instance,
      config,
      env: { ...caller.env, HOME: caller.home },
      platform: caller.platform,
      uid: caller.uid,
      folderExists: () => true,
    });
    const settings: Config = existsSync(paths.configFile)
      ? await loadConfig(paths)
      : parseConfig(DEFAULTS, 'the defaults');
    const definition = defineService({
      config: settings,
      paths,
      caller,
      version: VERSION,
      serviceUser: args.serviceUser,
      ...(program === null ? {} : { program }),
    });
    const text = renderDefinition(kind, definition);
    const place = {
      scope: paths.scope,
      instance: paths.instance,
      home: caller.home,
      configHome: caller.env.XDG_CONFIG_HOME,
    };
    context.print(text, { schemaVersion: 1, manager: kind, file: definitionFile(kind, place), text });
    return EXIT.ok;
  },
});

/** Where a package puts the program; null where an install lays it. Throws USAGE for half of it. */
function programOf({ program: script, node: executable }: { program?: string | undefined; node?: string | undefined }) {
  if (script === undefined && executable === undefined) return null;
  if (script !== undefined && executable !== undefined && [script, executable].every((path) => isAbsolute(path))) {
    return { script, executable };
  }
  throw new PearlError('USAGE', 'The unit needs the absolute paths of both the program and its Node.', {
    hint: 'Give --program PATH and --node PATH, as they will be on the machine.',
  });
}
