// `pearlctl supervise`: the long-lived process that a service manager starts.
import { EXIT, PearlError } from '../../base/errors.ts';
import type { ServiceStatus } from '../../state/table/session-table.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import { endWithTerminal } from '../hang-up.ts';
import { renderError } from '../report-error.ts';

export const command = defineCommand({
  description:
    'Starts the gateway and the miner, restarts what dies, and says how things stand in the sidecar. This is what the ' +
    'installed service runs; on a terminal you probably want `pearlctl run`. SIGTERM stops everything in order.',
  examples: [
    ['pearlctl supervise', 'Supervise in the foreground, log lines on standard output'],
    ['PEARLCTL_HOME=/srv/pearl pearlctl supervise', 'With everything of this instance in one folder'],
  ],
  async run(_args, context) {
    endWithTerminal();
    try {
      const config = await context.loadConfig();
      const { runSupervisor } = await import('../../supervisor/start/supervisor-process.ts');
      return await runSupervisor({
        config,
        paths: context.paths,
        foreground: false,
        service: await askManager(context),
        advice: context.advice,
      });
    } catch (error) {
      if (!(error instanceof PearlError)) throw error;
      const [{ recordRefusal }, { exitCodeFor, isSecondAgent }] = await Promise.all([
        import('../../supervisor/start/record-refusal.ts'),
        import('../../supervisor/start/exit-code.ts'),
      ]);
      if (isSecondAgent(error)) {
        process.stderr.write(renderError(error, context.json, context.advice));
        return EXIT.ok;
      }
      if (error.exitCode !== EXIT.config) throw error;
      // It is not started again, so the reason must be there for a later `status`.
      recordRefusal(context.paths, error);
      process.stderr.write(renderError(error, context.json, context.advice));
      return exitCodeFor(EXIT.config);
    }
  },
});

/** What the service manager knows of us, if one started us: `status` reads it from the sidecar instead of asking again. */
async function askManager({ flags, paths }: Context): Promise<ServiceStatus | null> {
  if (process.env.INVOCATION_ID === undefined && process.env.XPC_SERVICE_NAME === undefined) return null;
  try {
    const [{ openService }, { describeService }] = await Promise.all([
      import('../../service/installed-service.ts'),
      import('../../service/drift.ts'),
    ]);
    const found = await describeService(openService({ ...flags, scope: paths.scope }), true);
    if (found === null) return null;
    // We are what it started, whatever it calls us until we are ready.
    return { ...found, active: true, failure: null };
  } catch {
    // Only the status would be poorer for it; mining does not depend on it.
    return null;
  }
}
