// `pearlctl init`: a configuration, by questions on a terminal or by flags alone.
import { randomBytes } from 'node:crypto';
import { NETWORKS } from '../config/networks.ts';
import { renderConfig } from '../config/render.ts';
import { walletFromProgram } from '../config/wallet.ts';
import { EXIT, PearlError } from '../errors.ts';
import { answersFor, type Choices, withUsualAnswers } from '../init/answers.ts';
import { type ConfigChange, planChange, writeChange } from '../init/write.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  description:
    'Makes a configuration in a few questions. Each question is also a flag; with --yes nothing is asked. ' +
    'An existing configuration is shown as a diff and only replaced when you say so.',
  examples: [
    ['pearlctl init', 'Answer a few questions'],
    ['pearlctl init --network devnet --yes', 'Try everything on a chain whose coins are worth nothing'],
    ['pearlctl init --wallet prl1p… --pool stratum+ssl://pool.example.com:3333 --yes', 'Mine with a pool'],
  ],
  options: {
    network: { choices: NETWORKS, describe: 'Which network to mine on' },
    gateway: { choices: ['pool', 'external', 'attached', 'devnet'] as const, describe: 'Where jobs come from' },
    pool: { type: 'string', array: true, describe: 'A pool; repeat it for stand-ins', placeholder: 'URL' },
    'rpc-url': { type: 'string', describe: 'JSON-RPC of your Pearl node', placeholder: 'URL' },
    'rpc-user': { type: 'string', describe: 'User of that RPC', placeholder: 'NAME' },
    wallet: { type: 'string', describe: 'The address that is paid', placeholder: 'ADDRESS' },
    worker: { type: 'string', describe: 'Name of this machine at a pool', placeholder: 'NAME' },
    threads: { type: 'string', describe: 'auto, a number, or a share such as 50%', placeholder: 'N|N%|auto' },
    yes: { type: 'boolean', describe: 'Ask nothing' },
    overwrite: { type: 'boolean', describe: 'With --yes: replace an existing configuration that differs' },
  },
  async run(args, context) {
    const choices: Choices = args;
    const asks = args.yes !== true && process.stdin.isTTY && process.stdout.isTTY && !context.json;
    if (!asks && args.yes !== true) {
      throw new PearlError('USAGE', 'There is no terminal to ask questions on.', {
        hint: 'Answer by flags: pearlctl init --yes --network devnet (all flags: pearlctl init --help)',
      });
    }
    let madeUp = false;
    const makeWallet = () => {
      madeUp = true;
      return walletFromProgram(randomBytes(32), 'devnet');
    };
    const written = asks ? await ask(choices, makeWallet) : await writeUnasked(args.overwrite === true);
    const next = 'Next: pearlctl run (see it work), or pearlctl install (mine from boot on).';
    const worth = madeUp ? '\nThe wallet is made up: coins of the devnet are worth nothing, and no key is kept.' : '';
    const text = `Written: ${written.path}\n${next}${worth}`;
    const changed = written.changes !== '';
    const model = { schemaVersion: 1, path: written.path, changed, changes: written.changes, walletMadeUp: madeUp };
    context.print(changed ? text : `${written.path} says this already.`, model);
    return EXIT.ok;

    async function ask(given: Choices, wallet: () => string): Promise<ConfigChange> {
      const questions = await import('../init/questions.ts');
      const plan = await planChange(context.paths, textOf(await questions.askChoices(given, wallet)));
      if (plan.changes !== '') {
        if (!(await questions.askToWrite(plan.path, plan.changes))) throw declined();
        writeChange(plan);
      }
      return plan;
    }

    async function writeUnasked(overwrite: boolean): Promise<ConfigChange> {
      const plan = await planChange(context.paths, textOf(withUsualAnswers(choices, makeWallet)));
      if (plan.before !== null && plan.changes !== '' && !overwrite) {
        context.say(plan.changes);
        throw new PearlError('USAGE', `There is another configuration at ${plan.path}, and it was left as it is.`, {
          hint: 'Replace it with --overwrite, or change single keys with: pearlctl config set',
        });
      }
      if (plan.changes === '') return plan;
      // Whatever is replaced is seen once more.
      if (plan.before !== null) context.say(plan.changes);
      writeChange(plan);
      return plan;
    }
  },
});

function textOf(choices: Choices): string {
  return renderConfig(answersFor(choices));
}

function declined(): PearlError {
  return new PearlError('USAGE', 'Nothing was written.', { hint: 'Start again with: pearlctl init' });
}
