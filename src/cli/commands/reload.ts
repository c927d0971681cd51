// `pearlctl reload`: a running supervisor reads its configuration again.
import { EXIT } from '../../base/errors.ts';
import { asFix, type Fix, fix } from '../../base/fix.ts';
import { loadConfig } from '../../config/configuration.ts';
import { reloadDirectly, reloadRemainder } from '../../service/direct.ts';
import { LATE_WORDS, tellingLate } from '../../supervisor/control/control-client.ts';
import { defineCommand } from '../command.ts';
import { installedService, report, requireServiceRights } from '../service-verb.ts';

export const command = defineCommand({
  description:
    'Checks the changed configuration and has the running supervisor take it over; only the parts that it changes are ' +
    'restarted. A bad file leaves everything running.',
  examples: [['pearlctl reload', 'After a change of pearlctl.ini']],
  options: {
    direct: {
      type: 'boolean',
      describe: 'Speak to the supervisor, not to its service manager',
      default: false,
      hidden: true,
    },
  },
  async run(args, context) {
    const service = args.direct ? null : installedService(context);
    // A user that can read the file is told what is wrong with it before a process is asked to use it.
    const paths = service?.paths ?? context.paths;
    await loadConfig(paths);
    if (service !== null) requireServiceRights(service);
    const onLate = () => context.say(LATE_WORDS);
    if (service?.kind === 'systemd') await tellingLate(service.manager.reload(), onLate);
    // launchd can only signal, which has no answer; the supervisor itself gives one.
    else if (service) await reloadDirectly(paths, { signal: () => service.manager.reload(), onLate });
    else await reloadDirectly(paths, { mainPid: args.direct ? mainPid() : null, onLate });
    const text = describeReload(reloadRemainder(paths));
    if (service) await report(context, service, text);
    else context.print(context.fixText(text), { schemaVersion: 1, reloaded: true });
    return EXIT.ok;
  },
});

/** What systemd says about the process that it reloads. */
function mainPid(): number | null {
  const pid = Number(process.env.MAINPID);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

function describeReload(remainder: ReturnType<typeof reloadRemainder>): Fix {
  return remainder === null
    ? asFix('The configuration is in force.')
    : fix`The configuration is in force, but not all of it. ${remainder.text}\nType: ${remainder.fix}`;
}
