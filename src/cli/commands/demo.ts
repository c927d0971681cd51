// `pearlctl demo`: the main job before your eyes, on a chain whose coins are worth nothing.
import { EXIT } from '../../base/errors.ts';
import { fix, fixText, pearlctl } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';
import { INTERRUPTED } from '../signals.ts';

export const command = defineCommand({
  description:
    'Runs everything on this machine for some seconds: a supervisor, a gateway with an embedded devnet whose coins are ' +
    'worth nothing, and the native miner with real proofs. Kills the miner once, so that you see it come back. ' +
    'Uses a temporary folder and free ports, and leaves nothing behind.',
  examples: [
    ['pearlctl demo', 'See it mine'],
    ['npm run demo', 'The same from a fresh clone, set-up included'],
  ],
  options: {
    once: { type: 'boolean', describe: 'Stop after the first block, and kill nothing', default: false },
  },
  async run(args, context) {
    const { runDemo } = await import('../demo/play-demo.ts');
    const result = await runDemo({
      ...(context.json ? {} : { tell: (line) => process.stdout.write(`${line}\n`) }),
      signal: context.stopSignal(),
      once: args.once,
    });
    if (result === null) {
      if (context.outputLost().aborted) return EXIT.ok;
      context.say(fixText(fix`Interrupted, and all of it was removed. Run it again with: ${pearlctl('demo')}`));
      return INTERRUPTED;
    }
    context.print('Next: pearlctl init', { schemaVersion: 1, ...result });
    return EXIT.ok;
  },
});
