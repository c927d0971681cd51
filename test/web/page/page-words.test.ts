import fc from 'fast-check';
import t from 'tap';
import { localParts } from '../../../src/state/local-time.ts';
import { deriveStatus, type StatusFacts } from '../../../src/state/status/derive.ts';
import { thousands } from '../../../src/state/status/format.ts';
import type { StatusModel } from '../../../src/state/status/status-table.ts';
import {
  announcement,
  chanceFacts,
  dayAndClock,
  gatewayFacts,
  impliedText,
  jobFacts,
  lastEnds,
  machineFacts,
  minerFacts,
  moodOf,
  percentText,
  placeText,
  poolRows,
  processRows,
  reasonText,
  sharesFacts,
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
  t.match(Object.fromEntries(sharesFacts(running)), {
    Rejected: '1 (6.3 %)',
    Stale: '1 (6.3 %)',
    Unknown: '0',
    'Last one': '24 s ago',
  });
  t.match(Object.fromEntries(jobFacts(running)), {
    Age: /s$/,
    Certificate: 'version 3',
    Shape: 'light',
    Size: '16384 × 12288 × 2048',
    Rank: '128',
    'Blocks found': '14',
  });
  t.match(Object.fromEntries(gatewayFacts(running)), { State: 'ready', Kind: 'devnet', Upstream: 'devnet' });
  t.match(Object.fromEntries(minerFacts(running)), {
    Kernel: 'avx2',
    Threads: '2',
  });
  t.match(Object.fromEntries(machineFacts(running)), {
    Temperature: '61.5 °C',
    Draws: '84 W',
    Manager: 'systemd',
    Starts: 'at boot',
  });
  const machine = {
    host: null,
    worker: null,
    processor: null,
    celsius: null,
    watts: null,
    wattsOf: null,
    noWatts: 'no',
  };
  t.match(Object.fromEntries(machineFacts({ ...running, machine })), {
    Temperature: 'no sensor can be read',
    Draws: 'not measurable here',
    Because: 'no',
  });
  t.same(
    processRows(running).map(([name, state, pid]) => [name, pid, state]),
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
    const facts = [jobFacts, minerFacts, machineFacts, lastEnds, sharesFacts, gatewayFacts, chanceFacts].flatMap((of) =>
      of(status),
    );
    const texts = [stateWord(status.state), placeText(status), impliedText(status), ...facts.flat()];
    texts.push(...processRows(status).flat());
    t.same(
      texts.filter((text) => text === '' || /undefined|null|NaN|\[object/.test(text)),
      [],
      name,
    );
  }
});

t.test('thousands are marked as the English of the browser does it', async () => {
  const figures = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000),
  );
  fc.assert(fc.property(figures, (figure) => thousands(figure) === figure.toLocaleString('en-US')));
});

t.test('what is wrong colours the page, and how a child ended is told', async (t) => {
  const degraded = statusIn('degraded');
  t.equal(moodOf(degraded), 'attention');
  t.equal(reasonText(degraded), 'the miner was killed by SIGSEGV');
  t.match(lastEnds(degraded), [['Last end of the miner', /^SIGSEGV, /]]);
  t.equal(processRows(degraded)[2]?.at(-1), '3');
  t.equal(
    moodOf({ ...running, health: [{ id: 'a', text: 'A.', fix: '', command: null }] }),
    'attention',
    'running, with a trouble',
  );
  t.equal(moodOf(statusIn('given-up')), 'bad');
  t.equal(reasonText(statusIn('paused')), 'paused on request');
  t.equal(moodOf(statusIn('paused')), 'quiet', 'a wish is no trouble');
});

t.test('pools are told one by one, and none of three is never told as "none"', async (t) => {
  const pool = { reason: null, latencyMs: null, difficulty: null, accepted: 0, rejected: 0, stale: 0, isUsed: false };
  const pools: StatusModel['pools'] = [
    { ...pool, name: 'stratum+tcp://a:1', state: 'resting', reason: 'the connection was refused' },
    { ...pool, name: 'stratum+tcp://b:2', state: 'standby' },
  ];
  const waiting = { ...statusIn('waiting'), stateReason: 'stratum+tcp://a:1: refused', pools };
  t.equal(reasonText(waiting), 'none of the 2 pools can be used: stratum+tcp://a:1: refused');
  const gateway = { kind: 'pool', url: 'http://127.0.0.1:8337', state: 'backing-off', upstream: null };
  t.match(Object.fromEntries(gatewayFacts({ ...waiting, gateway })), { Upstream: 'none of the 2 pools can be used' });
  const used = { ...pools[0], isUsed: true, latencyMs: 41.6, difficulty: 26_214.4, accepted: 12_345, stale: 89 };
  const [row = []] = poolRows({ ...running, pools: [used as (typeof pools)[0]] });
  t.equal(row[1], 'mined at');
  t.same(row.slice(4), ['42 ms', '26,210', '12,345', '0', '89 (0.7 %)']);
});

t.test('a part is told in percent, and never as none where there is one', async (t) => {
  t.equal(percentText(0, 10), '');
  t.equal(percentText(1, 0), '');
  t.equal(percentText(1, 100_000), ' (below 0.1 %)');
  t.equal(percentText(1, 3), ' (33 %)');
});

t.test('what chance brings comes with its interval, in words of time that a person knows', async (t) => {
  const expectation = {
    ...{
      sharesPerDay: 382,
      sharesDeviation: 38.3,
      prlPerDay: 10.4,
      prlDeviation: 1.04,
      prlReason: null,
      rewardPrl: 2135,
      rewardFrom: 'by the rules',
    },
    ...{ blockSeconds: 17_800_000, blockLowSeconds: 451_000, blockHighSeconds: 65_700_000 },
  };
  t.match(Object.fromEntries(chanceFacts({ ...running, expectation })), {
    'On 19 days of 20': '344 to 420',
    'A block in': '206 d',
    '19 of 20 within': '5 d 5 h to 2.1 years',
    'PRL a day, before fees': '10.4 (9.4 to 11 on 19 days of 20)',
    Reward: '2,135 PRL (by the rules)',
    'Luck so far': '412 shares of 422 expected',
  });
  const unknown = { ...expectation, prlPerDay: null, prlDeviation: null, prlReason: 'nothing tells the height' };
  t.match(Object.fromEntries(chanceFacts({ ...running, expectation: unknown })), {
    'PRL a day, before fees': 'not known: nothing tells the height',
  });
  t.match(Object.fromEntries(chanceFacts({ ...running, impliedRate: null })), {
    'Luck so far': 'too few shares to tell',
  });
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
