import t from 'tap';
import { renderInstances } from '../../src/cli/instance-list.ts';
import { prospectsAt } from '../../src/cli/pools/pool-prospects.ts';
import { renderPool, renderTable, renderVisits } from '../../src/cli/pools/pools-text.ts';
import { KNOWN_POOLS } from '../../src/gateway/pool/known/known-pools.ts';
import { PUBLISHED_CHAIN } from '../../src/protocol/published-chain.ts';
import { fitColumns } from '../../src/state/text-table.ts';

const PANE = 60;
/** A machine of which each column has something to say. */
const MACS_PER_SECOND = 1e12;

t.test('a table that does not fit does without the columns that say least', async (t) => {
  const rows = [
    ['name', 'size', 'note'],
    ['one', '1', 'long'],
  ];
  const fitting = { right: ['size'], givesWay: ['note', 'name'] };
  t.same(fitColumns(rows, { ...fitting, width: 16 }), ['name  size  note', 'one      1  long']);
  t.same(fitColumns(rows, { ...fitting, width: 15 }), ['name  size', 'one      1']);
  t.same(fitColumns(rows, { ...fitting, width: 9 }), ['size', '   1']);
  t.same(fitColumns(rows, { ...fitting, width: 1 }), ['size', '   1'], 'the rest stays');
});

t.test('every table about pools and instances fits a pane of 60 columns', async (t) => {
  const shown = KNOWN_POOLS.filter(({ usability }) => usability.is.kind !== 'no').map((pool) => ({
    pool,
    prospects: prospectsAt(pool, MACS_PER_SECOND, PUBLISHED_CHAIN),
  }));
  const ping = { connectMs: 123, jobMs: 1234, failure: null } as Parameters<typeof renderVisits>[0][number]['ping'];
  const visits = shown.flatMap(({ pool }) =>
    pool.servers.is.map((server) => ({ pool, server, ping, shareSeconds: 9000 })),
  );
  const instance = {
    instance: null,
    scope: 'system',
    account: 'pearlctl',
    state: 'degraded',
    installed: true,
  } as const;
  const place = { pid: 4194304, configFile: '/etc/pearlctl/pearlctl.ini', ports: { gateway: 8337, metrics: 8339 } };
  const servers = shown.flatMap(({ pool }) => renderPool(pool, null, PANE).split('\n'));
  const tables = {
    pools: renderTable(shown, PANE),
    servers: servers.filter((line) => / stratum\+[^?]+$/.test(line)),
    visits: renderVisits(visits, PANE).split('\n'),
    instances: renderInstances([{ ...instance, ...place }], PANE).split('\n'),
  };
  for (const [name, lines] of Object.entries(tables)) {
    t.ok(lines.length > 1, name);
    t.same(
      lines.filter(({ length }) => length > PANE),
      [],
      name,
    );
  }
});
