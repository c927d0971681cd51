// `pearlctl gateway`: the process between the miner and where jobs come from.
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'Serves jobs to miners on this machine over JSON-RPC, verifies each proof before it goes on, and keeps the ledger. ' +
    'The supervisor starts it; by hand it is for looking at one part alone.',
  examples: [['pearlctl gateway', 'Serve what the configuration says until Ctrl-C']],
  async run(_args, context) {
    const config = await context.loadConfig();
    const { runGateway } = await import('../../gateway/gateway-process.ts');
    return runGateway(config, context.paths, context.stopSignal());
  },
});
