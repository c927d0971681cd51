// `pearlctl reload`: a running supervisor reads its configuration again.
import { loadConfig } from '../config/config.ts';
import { EXIT } from '../errors.ts';
import { reloadDirectly } from '../service/direct.ts';
import { defineCommand } from './command.ts';
import { installedService, report, requireServiceRights } from './service-verb.ts';

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
    // Whoever can read the file hears what is wrong with it before anything is asked to take it over.
    await loadConfig(service?.paths ?? context.paths);
    if (service === null) {
      const mainPid = Number(process.env.MAINPID);
      await reloadDirectly(context.paths, args.direct && Number.isInteger(mainPid) && mainPid > 1 ? mainPid : null);
      context.print('The configuration is in force.', { schemaVersion: 1, reloaded: true });
      return EXIT.ok;
    }
    requireServiceRights(service);
    await service.manager.reload();
    await report(context, service, 'The configuration is in force.');
    return EXIT.ok;
  },
});
