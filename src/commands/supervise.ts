// `pearlctl supervise`: the long-lived process that a service manager starts.
import { defineCommand } from './command.ts';

export const command = defineCommand({
  description:
    'Starts the gateway and the miner, restarts what dies, and says how things stand in the sidecar. This is what the ' +
    'installed service runs; on a terminal you probably want `pearlctl run`. SIGTERM stops everything in order.',
  examples: [
    ['pearlctl supervise', 'Supervise in the foreground, log lines on standard output'],
    ['PEARLCTL_HOME=/srv/pearl pearlctl supervise', 'With everything of this instance in one folder'],
  ],
  async run(_args, context) {
    const config = await context.loadConfig();
    const { runSupervisor } = await import('../supervisor/run.ts');
    return runSupervisor({ config, paths: context.paths, foreground: false });
  },
});
