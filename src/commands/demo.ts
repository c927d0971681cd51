// `pearlctl demo`: the main job before your eyes, on a chain whose coins are worth nothing.
import { EXIT } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  description:
    'Runs everything on this machine for half a minute: a supervisor, a gateway with an embedded devnet whose coins are ' +
    'worth nothing, and the native miner with real proofs. Kills the miner once, so that you see it come back. ' +
    'Uses a temporary folder and free ports, and leaves nothing behind.',
  examples: [
    ['pearlctl demo', 'See it mine'],
    ['npm run demo', 'The same from a fresh clone, set-up included'],
  ],
  async run(_args, context) {
    const { runDemo } = await import('../demo/demo.ts');
    const { blocks, seconds } = await runDemo({
      ...(context.json ? {} : { tell: (line) => process.stdout.write(`${line}\n`) }),
      signal: context.stopSignal(),
    });
    if (context.json) context.print('', { schemaVersion: 1, blocks, seconds });
    return EXIT.ok;
  },
});
