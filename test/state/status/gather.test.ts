import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { processIdentity } from '../../../src/state/sidecar/identity.ts';
import { sidecarFields } from '../../../src/state/sidecar/sidecar-record.ts';
import { renderLastStop } from '../../../src/state/stats/last-stop.ts';
import { statsFields } from '../../../src/state/stats/stats-record.ts';
import { deriveStatus, type StatusFacts } from '../../../src/state/status/derive.ts';
import { readStatus, renderStatus, type StatusModel, statusExitCode } from '../../../src/state/status/gather.ts';
import { FIGURES, LIVING_FIGURES } from '../../../src/state/table/figure-table.ts';
import { REASONS } from '../../../src/supervisor/policy/reasons.ts';
import { RUNNING, SIDECAR, SITUATIONS, STATS } from './facts.ts';

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));

/** Compares with a golden file; `UPDATE_GOLDEN=1` writes it, for a person to review. */
function golden(t: import('tap').Test, name: string, found: string): void {
  const file = join(GOLDEN, name);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, found);
  }
  t.equal(found, existsSync(file) ? readFileSync(file, 'utf8') : '', name);
}

/** The document without its figures: a figure that is added changes no golden file. */
function withoutFigures(model: StatusModel): object {
  return Object.fromEntries(Object.entries(model).filter(([name]) => !(name in FIGURES)));
}

// The golden texts have their moments in UTC, wherever the tests run.
process.env.TZ = 'UTC';

t.test('every state and situation has its words, its document and its exit code', async (t) => {
  for (const [name, facts] of Object.entries(SITUATIONS)) {
    const model = deriveStatus(facts);
    const wide = renderStatus(model, { colour: false, width: 100 });
    const narrow = renderStatus(model, { colour: false, width: 60 });
    const document = JSON.stringify(withoutFigures(model), null, 2);
    golden(t, `${name}.txt`, `exit code ${statusExitCode(model)}\n\n${wide}\n${narrow}\n${document}\n`);
    t.ok(wide.split('\n').length <= 13, 'at most twelve lines');
    t.ok(
      narrow.split('\n').every((line) => line.length <= 60),
      'nothing is wider than the terminal',
    );
  }
});

t.test('the document of a running instance has every member that it had, with its value', async (t) => {
  const model: unknown = JSON.parse(JSON.stringify(deriveStatus(RUNNING)));
  const file = join(GOLDEN, 'running.json');
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(model, null, 2)}\n`);
  // Programs read the document: a member may come, and none may go.
  t.hasStrict(model, JSON.parse(readFileSync(file, 'utf8')));
});

t.test('figures of a living supervisor are null in every situation without one', async (t) => {
  for (const [name, facts] of Object.entries(SITUATIONS)) {
    const model = deriveStatus(facts);
    const told = Object.entries(model).filter(([figure, value]) => figure in LIVING_FIGURES && value !== null);
    const lives = facts.alive.supervisor || name === 'attached';
    t.equal(told.length > 0, lives && facts.stats.kind === 'valid', name);
  }
});

t.test('what mends it is whole at 60 columns, and in a pipe on one line with what is wrong', async (t) => {
  for (const [name, facts] of Object.entries(SITUATIONS)) {
    const model = deriveStatus(facts);
    for (const { text, fix } of model.health.slice(0, 1)) {
      const words = (width: number) => renderStatus(model, { colour: false, width }).replaceAll(/\s+/g, ' ');
      t.ok(words(60).includes(`→ ${fix}`), `${name}: ${fix}`);
      t.ok(words(Number.POSITIVE_INFINITY).includes(`${text} → ${fix}`), `${name}, in a pipe`);
    }
  }
});

t.test('when much is wrong the pids and restarts stay, and figures give way', async (t) => {
  const text = renderStatus(deriveStatus(SITUATIONS['pool-with-troubles'] ?? RUNNING), { colour: false, width: 60 });
  t.match(text, /Children: gateway/);
  t.match(text, /Gateway: /);
  t.notMatch(text, /Implied|Wallet/);
});

t.test('the status in README.md is what the program prints on 80 columns', async (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const running = deriveStatus(RUNNING);
  const counts = running.shares;
  if (counts === null) throw new Error('RUNNING has shares');
  const model: StatusModel = {
    ...running,
    scope: 'system',
    startedAt: '2026-11-23T01:15:00.000Z',
    uptimeSeconds: 3 * 3600 + 12 * 60,
    gateway: {
      kind: 'pool',
      url: 'http://127.0.0.1:8337',
      state: 'ready',
      upstream: 'stratum+ssl://pool.example.com:3333',
    },
    rate: { ...running.rate, macsPerSecond10s: 903e9, macsPerSecond60s: 899e9, macsPerSecond15m: 901e9 },
    impliedRate: {
      ...running.impliedRate,
      macsPerSecond: 884e9,
      lowMacsPerSecond: 770e9,
      highMacsPerSecond: 1010e9,
      measuredMacsPerSecond: 901e9,
      shares: 214,
      windowSeconds: 11_500,
    },
    shares: { ...counts, accepted: 214, rejected: 0, stale: 1, unknown: 0, lastAgeSeconds: 24 },
    blocks: { ...running.blocks, accepted: 0 },
    job: { ...running.job, height: 412_077, ageSeconds: 9, certVersion: 3 },
    wallet: 'prl1p…q477sx',
    network: 'mainnet',
  };
  const [gateway, miner] = [812, 819].map((pid) => ({
    pid,
    state: 'ready',
    restarts: 0,
    lastExit: null,
    memoryBytes: null,
  }));
  const text = renderStatus({ ...model, children: { gateway, miner } } as StatusModel, { colour: false, width: 80 });
  t.ok(readme.includes(`$ pearlctl status\n${text}`), text);
});

t.test('the address of the page is told where a terminal of 80 columns or more has room for it', async (t) => {
  const model = deriveStatus(RUNNING);
  const text = (change: Partial<StatusModel>, width: number) =>
    renderStatus({ ...model, ...change }, { colour: false, width });
  for (const scope of ['user', 'system'] as const) {
    for (const service of [model.service, null]) {
      t.match(text({ scope, service }, 80), /^ {2}Service: .*, page http:\/\/127\.0\.0\.1:8339$/m);
      t.notMatch(text({ scope, service }, 60), /8339|page/);
    }
  }
  t.notMatch(text({ dashboardUrl: null }, 200), /page/);
});

t.test('a command ends a pause on request, and no other rest', async (t) => {
  for (const { name } of REASONS) {
    const stats = { kind: 'valid', value: { ...STATS, pauseReason: name } } as const;
    const { stateCommand } = deriveStatus({ ...(SITUATIONS.paused ?? RUNNING), stats });
    t.same(stateCommand, name === 'user' ? ['pearlctl', 'resume'] : null, name);
  }
});

t.test('colour adds nothing but escape sequences', async (t) => {
  for (const facts of Object.values(SITUATIONS)) {
    const model = deriveStatus(facts);
    const plain = renderStatus(model, { colour: false, width: 80 });
    const painted = renderStatus(model, { colour: true, width: 80 });
    t.not(painted, plain);
    t.equal(painted.replace(/\u001b\[\d+m/g, ''), plain);
  }
});

t.test('nothing that a foreign process said can drive the terminal', async (t) => {
  const evil = 'boom\u001b[2J\r\nroot# ';
  const sidecar = { ...SIDECAR, state: 'degraded' as const, stateReason: evil };
  const facts: StatusFacts = { ...RUNNING, sidecar: { kind: 'valid', value: sidecar } };
  const text = renderStatus(deriveStatus(facts), { colour: false, width: 100 });
  t.notMatch(text, /\u001b|\r/);
});

t.test('a child that ended because it was told to is no trouble to show', async (t) => {
  const ended = (code: number): string => {
    const miner = {
      ...SIDECAR.children.miner,
      lastExit: { code, signal: null, at: '2026-11-23T00:00:00.000Z', lines: ['its last words'] },
    };
    const sidecar = { ...SIDECAR, children: { ...SIDECAR.children, miner } };
    const facts: StatusFacts = { ...RUNNING, sidecar: { kind: 'valid', value: sidecar } };
    return renderStatus(deriveStatus(facts), { colour: false, width: 100 });
  };
  t.notMatch(ended(0), /last end/);
  t.match(ended(1), /last end: miner, exit 1 \(its last words\)/);
});

t.test('what is installed otherwise than it should be is told, with the remedy', async (t) => {
  const older = { ...RUNNING, ownVersion: '9.1.0' };
  t.match(deriveStatus(older).service?.drift, ['Version 0.1.0 runs, this is 9.1.0.']);
  t.match(deriveStatus(older).health, [{ id: 'drift', text: /Version 0\.1\.0/, fix: 'pearlctl install' }]);
  const service = {
    manager: 'systemd',
    enabled: false,
    active: true,
    startsAt: 'never',
    drift: ['Disabled.', 'Edited.'],
    driftFix: null,
    dropIns: ['/etc/x.conf'],
    failure: null,
  };
  t.match(deriveStatus({ ...RUNNING, service }), { service, health: [{ text: 'Disabled. Edited.' }] });
  t.match(renderStatus(deriveStatus({ ...RUNNING, service }), { colour: false, width: 100 }), /Disabled\. Edited\./);
});

t.test('reads real files and real processes', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'pearlctl-status-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: home } });
  t.equal((await readStatus(paths)).state, 'not_configured');
  writeFileSync(paths.configFile, 'network = devnet\n');
  t.equal((await readStatus(paths)).state, 'configured');
  mkdirSync(paths.stateFolder);
  mkdirSync(paths.runtimeFolder);
  t.match(await readStatus(paths), { state: 'stopped', stateReason: null, shares: null });
  writeFileSync(
    paths.lastStopFile,
    renderLastStop({ stoppedAt: '2026-01-02T03:00:00.000Z', reason: 'SIGTERM' }, STATS),
  );
  t.match(await readStatus(paths), {
    stateReason: 'it was told to stop (SIGTERM)',
    shares: { accepted: 14 },
    blocks: { accepted: 14 },
  });
  writeFileSync(paths.lastStopFile, '{"stopped_at"');
  t.match(await readStatus(paths), { state: 'stopped', stateReason: null, shares: null }, 'a torn one says nothing');
  const self = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const children = {
    gateway: { ...SIDECAR.children.gateway, ...self },
    miner: { ...SIDECAR.children.miner, ...self },
  };
  const alive = { ...SIDECAR, supervisor: self, children };
  writeFileSync(paths.sidecarFile, JSON.stringify(sidecarFields(alive)));
  writeFileSync(paths.statsFile, JSON.stringify(statsFields({ ...STATS, updatedAt: new Date().toISOString() })));
  t.match(await readStatus(paths), { state: 'running', supervisor: { pid: process.pid } });
  const reused = { pid: process.pid, identity: `${self.identity}0` };
  writeFileSync(paths.sidecarFile, JSON.stringify(sidecarFields({ ...alive, supervisor: reused })));
  t.match(await readStatus(paths), { state: 'failed', stateReason: /killed/ }, 'a reused pid is not ours');
  writeFileSync(paths.sidecarFile, '{"schema": 1, "sta');
  t.match(await readStatus(paths), { state: 'failed', stateReason: /not complete JSON/ });
  let asked = 0;
  const service = {
    manager: 'systemd',
    enabled: true,
    active: false,
    startsAt: 'boot',
    drift: [],
    driftFix: null,
    dropIns: [],
    failure: null,
  };
  const askService = async () => {
    asked += 1;
    return service;
  };
  t.match(await readStatus(paths, { askService }), { service });
  writeFileSync(paths.sidecarFile, JSON.stringify(sidecarFields(alive)));
  await readStatus(paths, { askService });
  t.equal(asked, 1, 'a live supervisor speaks for the manager');
  let since = 0;
  const serviceChangedSince = (seconds: number) => {
    since = seconds;
    return true;
  };
  t.match(await readStatus(paths, { askService, serviceChangedSince }), {
    state: 'running',
    service: { active: false },
  });
  t.equal(since, alive.startedAtSeconds, 'unless the service was changed since it started');
});

t.test(
  'the reading path loads no package and no addon: it has to answer in about the time that Node starts',
  async (t) => {
    const built = new URL('../../../dist/js/state/status/gather.js', import.meta.url);
    // A loader hook sees every module that is asked for, static and dynamic.
    const hook = `import { writeSync } from 'node:fs';
  export async function resolve(name, context, next) {
    const found = await next(name, context);
    writeSync(1, found.url + '\\n');
    return found;
  }`;
    const script = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    await import(${JSON.stringify(built.href)});`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    t.equal(result.stderr, '');
    const urls = result.stdout.split('\n').filter(Boolean);
    t.ok(urls.includes(built.href), 'the hook sees what is loaded');
    t.same(
      urls.filter((url) => url.includes('node_modules') || url.endsWith('.node')),
      [],
    );
  },
);

t.test('in a narrow terminal a long address leaves the whole reason to be read', async (t) => {
  const reason = 'stratum+tcp://a-long-name-of-a-pool.of-some-region.example.test:13370: the host name is not known';
  const waiting = { ...deriveStatus(RUNNING), state: 'waiting' as const, stateReason: reason };
  const health = [{ id: 'pool', text: `pool cannot be used: ${reason}.`, fix: 'pearlctl doctor', command: null }];
  const text = renderStatus({ ...waiting, health }, { colour: false, width: 60 });
  t.equal(text.replaceAll(/\s+/g, ' ').split(':13370: the host name is not known').length, 3, text);
  t.ok(text.split('\n').every(({ length }) => length <= 60));
});
