// Files of a newer version's layout are refused in one sentence, and stay what they are.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { historyHead } from '../../src/state/history/history-codec.ts';
import { HistoryFile } from '../../src/state/history/history-file.ts';
import { writeCheckpoint } from '../../src/state/ledger/checkpoint.ts';
import { checkpointPath } from '../../src/state/ledger/ledger-files.ts';
import { refuseNewerState } from '../../src/state/newer-state.ts';
import { runCli } from '../cli/run-cli.ts';

t.test('what this version writes it also reads; nothing there is fine too', async (t) => {
  const folder = t.testdir();
  const paths = { ledgerFile: join(folder, 'shares.jsonl'), historyFile: join(folder, 'history.bin') };
  t.doesNotThrow(() => refuseNewerState(paths));
  writeCheckpoint(paths.ledgerFile, { counted: null, owners: [] });
  new HistoryFile(paths.historyFile).close();
  t.doesNotThrow(() => refuseNewerState(paths));
  writeFileSync(checkpointPath(paths.ledgerFile), '{"schema":"?"');
  writeFileSync(paths.historyFile, 'noise');
  t.doesNotThrow(() => refuseNewerState(paths), 'wreckage is for its reader to judge');
});

t.test('a newer layout ends the start with its reason, and nothing is lost', async (t) => {
  const home = t.testdir({ state: {} });
  t.equal((await runCli(['init', '--yes', '--network', 'devnet'], { home })).code, 0);
  const newer: readonly (readonly [file: string, bytes: Buffer])[] = [
    ['shares.totals.json', Buffer.from('{"schema":2,"sums":[1]}\n')],
    ['history.bin', Buffer.from(historyHead().toString('latin1').replace('history 1', 'history 2'), 'latin1')],
  ];
  for (const [name, bytes] of newer) {
    const file = join(home, 'state', name);
    writeFileSync(file, bytes);
    for (const command of [['run'], ['config', 'validate']]) {
      const { code, stderr } = await runCli([...command, '--json'], { home });
      t.equal(code, 78, stderr);
      t.match(stderr, /STATE_NEWER.*is of a newer pearlctl \(layout 2, this one reads 1\)/);
      t.ok(readFileSync(file).equals(bytes), 'it is as it was');
    }
    writeFileSync(file, '');
  }
});
