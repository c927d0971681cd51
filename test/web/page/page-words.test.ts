import t from 'tap';
import { localParts } from '../../../src/state/local-time.ts';
import { deriveStatus, type StatusFacts } from '../../../src/state/status/derive.ts';
import type { StatusModel } from '../../../src/state/status/status-table.ts';
import {
  announcement,
  dayAndClock,
  impliedText,
  jobFacts,
  lastEnds,
  minerFacts,
  moodOf,
  placeText,
  processRows,
  reasonText,
  sectionFacts,
  serviceFacts,
  sinceText,
  stateWord,
} from '../../../src/web/page/page-words.ts';
import { RUNNING, SITUATIONS } from '../../state/status/facts.ts';

function statusIn(situation: string): StatusModel {
  const facts: StatusFacts | undefined = SITUATIONS[situation];
  if (facts === undefined) throw new Error(`there is no situation ${situation}`);
  return deriveStatus(facts);
}

const running = deriveStatus(RUNNING);

t.test('a healthy service reads as one', async (t) => {
  t.equal(stateWord(running.state), 'Running');
  t.equal(moodOf(running), 'good');
  t.equal(reasonText(running), null);
  t.match(sinceText(running), /^for 1 h 2 min, since 2026-01-02 \d\d:\d\d (UTC|[+-]\d\d:\d\d)$/);
  t.equal(placeText(running), 'devnet · user scope');
  t.match(Object.fromEntries(sectionFacts('shares', running)), {
    Rejected: '1',
    Stale: '1',
    Unknown: '0',
    'Last one': '24 s ago',
  });
  t.match(Object.fromEntries(jobFacts(running)), { Age: /s$/, Certificate: 'version 3' });
  t.match(Object.fromEntries(sectionFacts('gateway', running)), { State: 'ready', Kind: 'devnet', Upstream: 'devnet' });
  t.match(Object.fromEntries(minerFacts(running)), {
    Kernel: 'avx2',
    Threads: '2',
    Shape: 'light',
    Size: '16384 × 12288 × 2048',
    Rank: '128',
  });
  t.same(serviceFacts(running), [
    ['Scope', 'user'],
    ['Manager', 'systemd'],
    ['Starts', 'at boot'],
  ]);
  t.same(
    processRows(running).map(({ name, pid, state }) => [name, pid, state]),
    [
      ['supervisor', '100', 'running'],
      ['gateway', '101', 'ready'],
      ['miner', '102', 'ready'],
    ],
  );
  t.same(lastEnds(running), []);
});

t.test('every situation has its words, none of them empty or of a machine', async (t) => {
  for (const name of Object.keys(SITUATIONS)) {
    const status = statusIn(name);
    const facts = [jobFacts, minerFacts, serviceFacts, lastEnds].flatMap((of) => of(status));
    facts.push(...sectionFacts('shares', status), ...sectionFacts('gateway', status));
    const texts = [stateWord(status.state), placeText(status), impliedText(status), ...facts.flat()];
    texts.push(...processRows(status).flatMap((row) => Object.values(row)));
    t.same(
      texts.filter((text) => text === '' || /undefined|null|NaN|\[object/.test(text)),
      [],
      name,
    );
  }
});

t.test('what is wrong colours the page, and how a child ended is told', async (t) => {
  const degraded = statusIn('degraded');
  t.equal(moodOf(degraded), 'attention');
  t.equal(reasonText(degraded), 'the miner was killed by SIGSEGV');
  t.match(lastEnds(degraded), [['Last end of the miner', /^SIGSEGV, /]]);
  t.equal(processRows(degraded)[2]?.restarts, '3');
  t.equal(
    moodOf({ ...running, health: [{ id: 'a', text: 'A.', fix: '', command: null }] }),
    'attention',
    'running, with a trouble',
  );
  t.equal(moodOf(statusIn('given-up')), 'bad');
  t.equal(reasonText(statusIn('paused')), 'paused on request (user)');
});

t.test('a listener hears what changed, once, and nothing when nothing did', async (t) => {
  const degraded = statusIn('degraded');
  t.equal(announcement(null, running), null, 'the first document is there to be read');
  t.equal(announcement(running, { ...running, uptimeSeconds: 9999 }), null);
  t.equal(announcement(degraded, degraded), null);
  t.equal(announcement(running, degraded), 'Degraded: the miner was killed by SIGSEGV.');
  t.equal(announcement({ ...degraded, health: [] }, degraded), 'the miner was killed by SIGSEGV; it is restarted.');
  t.equal(announcement(degraded, running), 'Running.');
});

t.test('the rate that shares imply comes with its bounds', async (t) => {
  const impliedRate = {
    macsPerSecond: 60e9,
    lowMacsPerSecond: 50e9,
    highMacsPerSecond: 1.2e12,
    measuredMacsPerSecond: 61e9,
    shares: 12,
    windowSeconds: 900,
  };
  t.equal(impliedText({ ...running, impliedRate }), '60.0 GMAC/s (50.0 to 1200)');
  t.equal(impliedText({ ...running, impliedRate: null }), 'too few shares yet');
});

t.test('a time of today is told without its day', async (t) => {
  const now = new Date(2026, 0, 2, 15, 0);
  const { zone } = localParts(now);
  t.equal(dayAndClock(new Date(2026, 0, 2, 3, 4).toISOString(), now), `03:04 ${zone}`);
  t.equal(dayAndClock(new Date(2026, 0, 1, 23, 59).toISOString(), now), `2026-01-01 23:59 ${zone}`);
  t.equal(dayAndClock('nonsense', now), 'unknown');
});
