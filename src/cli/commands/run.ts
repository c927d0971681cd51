// `pearlctl run`: everything in the foreground, for a person.
import type { RunSupervisorOptions } from '../../supervisor/start/supervisor-options.ts';
import { defineCommand } from '../command.ts';
import { LiveView } from '../live/live-view.ts';
import { listenForRun } from '../live/run-keys.ts';

export const command = defineCommand({
  description:
    'Supervises gateway and miner in the foreground until Ctrl-C. On a terminal the status is redrawn below the log ' +
    'lines; without one there are plain lines on standard error. With --json each log line is a JSON object on standard ' +
    'output. Nothing is installed, and closing the terminal stops it. Keys while it runs: p pause, r resume, h rate per ' +
    'thread, c connection, ? help.',
  examples: [
    ['pearlctl run', 'Mine until Ctrl-C, and watch'],
    ['pearlctl run --json | jq .message', 'The log as JSON lines'],
    ['PEARLCTL_HOME=./here pearlctl run', 'With everything of this instance in one folder'],
  ],
  async run(_args, context) {
    const config = await context.loadConfig();
    const { runSupervisor } = await import('../../supervisor/start/supervisor-process.ts');
    const view = context.terminal.live && !context.json ? new LiveView(process.stdout, context.terminal.colour) : null;
    const release = view === null ? () => {} : listenForRun(view, context.paths);
    try {
      return await runSupervisor({
        config,
        paths: context.paths,
        foreground: true,
        advice: context.advice,
        signal: context.outputLost(),
        ...(context.json ? { json: true } : {}),
        ...(view === null ? {} : showIn(view)),
      });
    } finally {
      release();
      view?.end();
    }
  },
});

function showIn(view: LiveView): Pick<RunSupervisorOptions, 'onChange' | 'onRecord'> {
  return { onChange: (model) => view.change(model), onRecord: (record) => view.record(record) };
}
