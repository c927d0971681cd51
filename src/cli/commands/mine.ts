// `pearlctl mine`: the process that does the work.
import { lifeOf } from '../../state/life.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'Mines the jobs of a gateway: any that speaks the miner protocol, also one that pearlctl did not start. ' +
    'The supervisor starts it; by hand it is for looking at one part alone.',
  examples: [
    ['pearlctl mine', 'Mine for the gateway of the configuration until Ctrl-C'],
    ['pearlctl mine --gateway http://127.0.0.1:8337', 'Mine for another one on this machine'],
    ['pearlctl mine --gateway unix:/run/pearl/gw.sock', 'The same over a Unix socket'],
  ],
  options: {
    gateway: {
      type: 'string',
      describe: 'Address of the gateway, instead of the one in the configuration',
      placeholder: 'http://HOST:PORT|unix:PATH',
    },
  },
  async run(args, context) {
    const config = await context.loadConfig();
    const life = await lifeOf(context.paths);
    if (life.kind === 'alive' && life.pid !== process.ppid) {
      context.say(`A supervisor mines here already (process ${life.pid}): this is a second miner beside its own.`);
    }
    const { runMiner } = await import('../../miner/miner-process.ts');
    return runMiner(config, context.paths, context.stopSignal(), { gateway: args.gateway });
  },
});
