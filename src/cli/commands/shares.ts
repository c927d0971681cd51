// `pearlctl shares`: every share and block, and what became of it.
import { EXIT, errnoOf, PearlError } from '../../base/errors.ts';
import { loadConfig } from '../../config/configuration.ts';
import { LedgerOverview, overviewDocument, renderLedgerOverview } from '../../state/ledger/ledger-overview.ts';
import { belongsTo, ownerOf } from '../../state/ledger/ledger-owner.ts';
import { readLedger } from '../../state/ledger/read-ledger.ts';
import { defineCommand } from '../command.ts';
import { parseSince } from '../logs/log-query.ts';
import { showUtc, UTC_OPTION } from '../utc-option.ts';

export const command = defineCommand({
  description:
    'Reads the ledger: accepted, rejected, stale, dropped (never sent, with the reason) and unknown (sent, no answer). ' +
    'The totals are of everything since --since for the present network and wallet, the list is its newest part.',
  examples: [
    ['pearlctl shares', 'The last 20, under the totals of all that is kept'],
    ['pearlctl shares --since 24h', 'Of the last day'],
    ['pearlctl shares --all', 'Also of what was mined for another network or wallet'],
    ['pearlctl shares --since 2026-06-01 --limit 100000 --json', 'A document of everything since that day'],
  ],
  options: {
    since: { type: 'string', describe: 'Only from then on: 30m, 24h, 7d, or a date', placeholder: 'WHEN' },
    all: { type: 'boolean', describe: 'Also of other networks and wallets' },
    utc: UTC_OPTION,
    limit: {
      type: 'number',
      alias: 'n',
      describe: 'How many to list',
      default: 20,
      range: { whole: true, from: 1, to: 1_000_000 },
    },
  },
  async run(args, context) {
    if (args.utc) showUtc();
    const sinceMs = args.since === undefined ? Number.NEGATIVE_INFINITY : parseSince(args.since, Date.now());
    const overview = new LedgerOverview(args.limit);
    // By its configuration; where that cannot be read, everything is shown.
    const owner = args.all === true ? null : await loadConfig(context.paths).then(ownerOf, () => null);
    let foreign = 0;
    const onForeign = () => {
      foreign += 1;
    };
    try {
      for await (const entry of readLedger(context.paths.ledgerFile, { sinceMs, onForeign })) {
        if (owner === null || belongsTo(owner, entry)) overview.add(entry);
        else overview.countOther();
      }
    } catch (error) {
      const code = errnoOf(error) === 'EACCES' ? 'NO_PERMISSION' : 'FILE_UNREADABLE';
      throw new PearlError(code, `The ledger cannot be read (${errnoOf(error) ?? 'unknown error'}).`, {
        hint: `It is ${context.paths.ledgerFile}; ask as the user that mines.`,
        cause: error,
      });
    }
    if (foreign > 0) {
      context.say(
        `${foreign} ${foreign === 1 ? 'line' : 'lines'} of the ledger cannot be read (a crash or a full disk).`,
      );
    }
    context.print(renderLedgerOverview(overview, context.terminal), overviewDocument(overview));
    return EXIT.ok;
  },
});
