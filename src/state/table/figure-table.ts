// The figures: each is named, typed, described and checked here, and nowhere else. `stats.json`, the status, the documents, the
// metrics and the terms of the page are made from this table. CONTRIBUTING.md shows how to add one.
import type { FigureMetric, Table } from './field.ts';

/** Metrics with one sample. */
const gauge = (name: string, help: string): FigureMetric => ({ type: 'gauge', name, help });
const counter = (name: string, help: string): FigureMetric => ({ type: 'counter', name, help });

/** A metric with a sample for each value of a label. */
function family(
  type: FigureMetric['type'],
  name: string,
  label: string,
  help: string,
): (value: string) => FigureMetric {
  return (value) => ({ type, name, help, label: [label, value] });
}

const BLOCKS_HELP = 'Accepted proofs that made a block.';
const LAST_SHARE_HELP = 'Unix time of the last verdict, 0 before it.';
const proofs = family('counter', 'pearl_shares_total', 'result', 'Proofs by what became of them.');
const implied = family(
  'gauge',
  'pearl_implied_macs_per_second',
  'bound',
  'The rate that accepted shares imply, with its 95 % interval.',
);
export const childRestarts = family(
  'counter',
  'pearl_child_restarts_total',
  'child',
  'Restarts of a child since the supervisor started.',
);
export const residentMemory = family(
  'gauge',
  'pearl_resident_memory_bytes',
  'process',
  'Physical memory of each process; Linux only.',
);

/** The names that readers of the reference provider ask for. */
const REFERENCE = {
  submitted: counter('pearl_gateway_shares_submitted_total', 'Proofs that a verdict was asked for.'),
  accepted: counter('pearl_gateway_shares_accepted_total', 'Proofs that were accepted.'),
  rejected: counter('pearl_gateway_errors_total', 'Proofs that were rejected.'),
  lastShare: gauge('pearl_gateway_last_share_timestamp', LAST_SHARE_HELP),
  blocks: counter('pearl_gateway_blocks_found_total', BLOCKS_HELP),
};

/** Of a supervisor that lives, and of no other. */
export const LIVING_FIGURES = {
  miner: {
    words: 'What the miner says; null where its supervisor does not tell.',
    fields: {
      activity: {
        kind: 'text',
        words:
          '`mining`, `paused`, `no-job`, `unusable-job`, `outdated-rules`, `no-memory`, `connecting` or `unknown`.',
        page: { term: 'Does' },
      },
      reason: { kind: 'text?', words: 'Why it does not mine, in words for people.' },
      kernel: { kind: 'text?', words: 'The code that multiplies.', page: { term: 'Kernel', none: 'none yet' } },
      threads: { kind: 'count', words: 'How many threads work.', page: { term: 'Threads' } },
      priority: {
        kind: 'text?',
        words:
          'Before which other programs its threads give way: `everywhere`, `partly`, `nowhere` or `unknown`; null in its ' +
          'first second. `pearlctl doctor priority` says why.',
        page: { term: 'Gives way', none: 'not known yet' },
      },
      found: { kind: 'count', words: 'Proofs that this miner has found since it started.' },
      spoiled: {
        kind: 'count',
        words:
          'Tickets that only seemed to win, since a 16-bit sum had wrapped: no error, one for some thousand proofs.',
        metrics: [gauge('pearl_spoiled_tickets', 'Tickets of this miner that a wrapped sum made look like proofs.')],
      },
    },
  },
  working: {
    words: 'How much of the machine may work now, and why not all of it.',
    fields: {
      level: { kind: 'text', words: '`full`, `light` or `off`.', page: { term: 'Level' } },
      dutyPercent: {
        kind: 'count',
        words: 'The share of the time that each thread works.',
        metrics: [gauge('pearl_duty_percent', 'Share of the time that each thread may work; 0 while it rests.')],
        page: { term: 'Works', as: '{} % of the time' },
      },
      reason: {
        kind: 'text?',
        words:
          'The strongest reason for the level: `user`, `schedule`, `programs`, `presence`, `battery`, `heat`, `load`, `metered` ' +
          'or `price`; null for `full`.',
      },
      text: {
        kind: 'text?',
        words: 'The same in words for people.',
        page: { term: 'Because', none: 'nothing holds it back' },
      },
    },
  },
  rate: {
    words: 'Measured: whole attempts, `m·n·k` each. Null unless the supervisor is alive.',
    fields: {
      macsPerSecond10s: { kind: 'count', words: 'Multiply-accumulates per second over the last 10 seconds.' },
      macsPerSecond60s: {
        kind: 'count',
        words: 'Over the last minute.',
        metrics: [gauge('pearl_macs_per_second', 'Multiply-accumulates per second over the last minute.')],
      },
      macsPerSecond15m: { kind: 'count', words: 'Over the last quarter of an hour.' },
    },
  },
  machine: {
    words: 'What it runs on.',
    fields: {
      host: { kind: 'text?', words: 'The name of the machine.', page: { term: 'Host' } },
      worker: { kind: 'text?', words: 'The name that pools know it by.', page: { term: 'Worker' } },
      processor: { kind: 'text?', words: 'The model of its processor.', page: { term: 'Processor' } },
      celsius: {
        kind: 'amount?',
        words: 'The hottest of the processor’s sensors, in degrees Celsius; null where none can be read.',
        metrics: [gauge('pearl_processor_celsius', 'The hottest of the sensors of the processor.')],
        page: { term: 'Temperature', as: '{} °C', none: 'no sensor can be read' },
      },
      watts: {
        kind: 'amount?',
        words: 'What the processor draws, or on battery the machine; null where it does not tell.',
        metrics: [gauge('pearl_watts', 'What the processor draws, or on battery the machine.')],
        page: { term: 'Draws', as: '{} W', none: 'not measurable here' },
      },
      wattsOf: { kind: 'text?', words: '`processor` or `battery`: what tells it.' },
      noWatts: { kind: 'text?', words: 'Why it is not measured, in words for people.', page: { term: 'Because' } },
    },
  },
  energy: {
    words:
      'What the present draw comes to, that of all programs on the processor (or battery) included; null where it is not measurable.',
    optional: true,
    fields: {
      kilowattHoursPerDay: { kind: 'amount', words: 'In a day.', page: { term: 'A day', as: '{} kWh' } },
      kilowattHoursPerShare: {
        kind: 'amount?',
        words: 'In the mean time to a share of the present job; null without one.',
        page: { term: 'A share', as: '{} kWh' },
      },
      costPerDay: {
        kind: 'amount?',
        words: 'Of a day, at `[miner] power_price`; null without that.',
        page: { term: 'Cost a day' },
      },
      sharesPrlPerDay: {
        kind: 'amount?',
        words:
          'What the accepted shares of the last day were worth in a day, before the fee of a pool; null below ten shares.',
        page: { term: 'Shares’ worth a day', as: '{} PRL, before fees' },
      },
    },
  },
  macs: {
    kind: 'digits',
    words: 'Multiply-accumulates since the supervisor started: decimal digits, since it passes 2^53.',
    metrics: [counter('pearl_macs_total', 'Multiply-accumulates since the supervisor started.')],
  },
  impliedRate: {
    words:
      'The rate that the accepted shares imply: the work that each takes on average, summed, over the time. Null below ten shares.',
    optional: true,
    fields: {
      macsPerSecond: { kind: 'count', words: 'The estimate.', metrics: [implied('mean')] },
      lowMacsPerSecond: {
        kind: 'count',
        words: 'Lower end of its 95 % interval (Poisson).',
        metrics: [implied('low')],
      },
      highMacsPerSecond: { kind: 'count', words: 'Upper end.', metrics: [implied('high')] },
      measuredMacsPerSecond: { kind: 'count', words: 'The measured rate over the same time, pauses included.' },
      shares: { kind: 'count', words: 'How many shares it is made of, at most 4096.' },
      windowSeconds: { kind: 'count', words: 'The time: since the supervisor started, at most about a day.' },
    },
  },
  expectation: {
    words:
      'What the present job brings on average at the rate of the last quarter of an hour: chance, not a promise. Null without a job or a rate.',
    optional: true,
    fields: {
      sharesPerDay: { kind: 'amount', words: 'Shares a day.' },
      sharesDeviation: {
        kind: 'amount?',
        words: 'How many more or fewer it may be on 19 days of 20 (Poisson); null below ten a day.',
      },
      blockSeconds: { kind: 'amount?', words: 'Mean time to a block by this machine alone.' },
      blockLowSeconds: { kind: 'amount?', words: 'Between this and the next, 19 of 20 such waits end.' },
      blockHighSeconds: { kind: 'amount?', words: 'The longer of the two.' },
      prlPerDay: { kind: 'amount?', words: 'PRL a day before the fee of a pool; null where it is not known.' },
      prlDeviation: {
        kind: 'amount?',
        words: 'How much more or less it may be on 19 days of 20, as the shares fall; null below ten a day.',
      },
      prlReason: { kind: 'text?', words: 'Why PRL a day is not known.' },
      rewardPrl: { kind: 'amount?', words: 'What a block pays without the fees in it, by which that is reckoned.' },
      rewardFrom: { kind: 'text?', words: 'Where that reward is from.' },
    },
  },
  job: {
    words: 'What is mined now.',
    optional: true,
    fields: {
      height: { kind: 'count?', words: 'Of the block to be found; null where the gateway does not tell.' },
      ageSeconds: {
        kind: 'amount',
        words: 'Since it arrived.',
        metrics: [gauge('pearl_job_age_seconds', 'Age of the current job.')],
        page: { term: 'Age' },
      },
      certVersion: {
        kind: 'count',
        words: 'The version of the certificate that it asks for.',
        page: { term: 'Certificate', as: 'version {}' },
      },
    },
  },
} as const satisfies Table;

/** Still true after the supervisor's end. */
export const LASTING_FIGURES = {
  shares: {
    words: 'Proofs by what became of them, over all that the ledger keeps.',
    fields: {
      found: {
        kind: 'count',
        words: 'Found: accepted, rejected, stale, unknown, dropped and in flight together.',
        metrics: [counter('pearl_shares_found_total', 'Proofs that the miner found.')],
      },
      inFlight: {
        kind: 'count',
        words: 'Found, and without a verdict yet.',
        metrics: [gauge('pearl_shares_in_flight', 'Proofs that were found and have no verdict yet.')],
      },
      submitted: { kind: 'count', words: 'A verdict was asked for.', metrics: [REFERENCE.submitted] },
      accepted: { kind: 'count', words: 'Accepted.', metrics: [proofs('accepted'), REFERENCE.accepted] },
      rejected: {
        kind: 'count',
        words: 'Refused as wrong.',
        metrics: [proofs('rejected'), REFERENCE.rejected],
        page: { term: 'Rejected' },
        line: 'always',
      },
      stale: {
        kind: 'count',
        words: 'Refused as too late.',
        metrics: [proofs('stale')],
        page: { term: 'Stale' },
        line: 'always',
      },
      unknown: {
        kind: 'count',
        words: 'Sent, and never answered.',
        // No counter: a proof leaves it when its verdict comes after all.
        metrics: [gauge('pearl_shares_unknown', 'Proofs that were sent, and whose verdict is not known.')],
        page: { term: 'Unknown' },
        line: 'if any',
      },
      dropped: {
        kind: 'count',
        words: 'Never sent; `pearlctl shares` has the reason of each.',
        metrics: [proofs('dropped')],
        page: { term: 'Dropped' },
        line: 'if any',
      },
      lastAt: {
        kind: 'time?',
        words: 'When the last verdict came; ISO 8601, UTC.',
        metrics: [gauge('pearl_last_share_timestamp_seconds', LAST_SHARE_HELP), REFERENCE.lastShare],
      },
      expectedSeconds: {
        kind: 'amount?',
        words: 'Mean time to a share of the present job at the present rate.',
        metrics: [
          gauge('pearl_share_expected_seconds', 'Mean time to a share of the current job at the current rate.'),
        ],
        page: { term: 'Expected', as: 'every {}' },
      },
    },
  },
  blocks: {
    words: 'Accepted shares that were blocks.',
    fields: {
      accepted: {
        kind: 'count',
        words: 'How many.',
        metrics: [counter('pearl_blocks_found_total', BLOCKS_HELP), REFERENCE.blocks],
      },
    },
  },
} as const satisfies Table;

export const FIGURES = { ...LIVING_FIGURES, ...LASTING_FIGURES };
