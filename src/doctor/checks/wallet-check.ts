// Is the address that is paid a valid one of the network?
import { pearlctlByHand } from '../../base/fix.ts';
import { shortWallet } from '../../protocol/wallet.ts';
import type { Look } from '../check.ts';
import { ok, problemOf, skipped } from '../finding.ts';

export const wallet: Look = {
  id: 'wallet',
  question: 'Is the address that is paid valid on the network',
  async run(context) {
    const reading = await context.config();
    if ('error' in reading) {
      const isMissing = reading.error.code === 'CONFIG_MISSING';
      return skipped(isMissing ? 'there is no configuration yet' : 'the configuration cannot be read');
    }
    const wrong = reading.problems.find(({ code }) => code === 'WALLET_INVALID');
    if (wrong !== undefined) return problemOf(wrong, pearlctlByHand('config', 'set', 'miner.wallet', 'ADDRESS'));
    if (reading.config === null) return skipped('the configuration has other problems');
    const { network, miner, pool } = reading.config;
    if (miner.wallet === '') {
      return ok(pool.login === null ? 'the attached gateway has its own' : 'the pool’s login stands for it');
    }
    const worth = network === 'devnet' ? ', whose coins are worth nothing' : '';
    return ok(`${shortWallet(miner.wallet)} on ${network}${worth}`);
  },
};
