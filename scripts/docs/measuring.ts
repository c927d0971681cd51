// The documents of the commands that tell figures: metrics, bench, calibrate, self-test.
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const METRICS: DocumentSpec = {
  command: 'pearlctl metrics --json',
  about: 'The samples that the Prometheus text has.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    file: ['string | null', 'Where they were written to.'],
    metrics: ['array', 'One item for each name.'],
    'metrics[].name': ['string', 'As Prometheus knows it.'],
    'metrics[].help': ['string', 'What it says.'],
    'metrics[].type': ['string', '`counter` or `gauge`.'],
    'metrics[].samples': ['array', 'One for each set of labels.'],
    'metrics[].samples[].labels': ['object', 'Names and values, all text.'],
    'metrics[].samples[].value': ['string', 'A number as text: counters pass 2^53.'],
  },
};

const METRICS_HIVE: DocumentSpec = {
  command: 'pearlctl metrics --hive FILE --json',
  about: 'What is written for HiveOS.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    file: ['string | null', 'Where it was written to.'],
    khs: ['integer', 'Thousands of multiply-accumulates per second.'],
    stats: ['object', 'Handed on as it is, with the names of HiveOS.'],
    'stats.hs': ['array', 'One figure for each device; the processor is one.'],
    'stats.hs[]': ['integer', 'As `khs`.'],
    'stats.hs_units': ['string', '`khs`.'],
    'stats.temp': ['array', 'Where the machine tells.'],
    'stats.temp[]': ['number', 'Degrees Celsius.'],
    'stats.fan': ['array', 'Always empty.'],
    'stats.uptime': ['integer', 'Seconds.'],
    'stats.ver': ['string', 'The version of the supervisor.'],
    'stats.ar': ['array', 'Two counts.'],
    'stats.ar[]': ['integer', 'Shares accepted, and not accepted.'],
    'stats.algo': ['string', '`pearl`.'],
  },
};

const METRICS_TEMPLATE: DocumentSpec = {
  command: 'pearlctl metrics --template dashboard --json',
  about: 'Also of `--template alerts`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    template: ['string', '`dashboard` or `alerts`.'],
    text: ['string', 'To be given to Grafana or Prometheus.'],
  },
};

const SHAPE = (prefix: string): KeyTable => ({
  [`${prefix}shape`]: ['object', 'What is multiplied.'],
  [`${prefix}shape.m`]: ['integer', 'Rows of A.'],
  [`${prefix}shape.n`]: ['integer', 'Columns of B.'],
  [`${prefix}shape.k`]: ['integer', 'Columns of A, rows of B.'],
  [`${prefix}shape.rank`]: ['integer', 'Rank of the noise.'],
});

const BENCH: DocumentSpec = {
  command: 'pearlctl bench --json',
  about: 'With several runs (`--all-kernels`, `--threads 1,2`) these keys are those of the items of a list `runs`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    kernel: ['string', 'The code that multiplied.'],
    threads: ['integer', 'How many.'],
    ...SHAPE(''),
    'shape.preset': ['string', '`light`, `large` or `pool`.'],
    'shape.h': ['integer', 'Rows of a tile.'],
    'shape.w': ['integer', 'Columns of a tile.'],
    macsPerSecond: ['number', 'Multiply-accumulates per second of processor time, all threads together.'],
    peakMacsPerSecond: ['number | null', 'Of a loop that only multiplies in registers.'],
    fractionOfPeak: ['number | null', 'The one over the other.'],
    scalarMacsPerSecond: ['number | null', 'Of the plain loop; only in the first run.'],
    attempts: ['number', 'How many were made.'],
    seconds: ['number', 'Of processor time.'],
    eliminated: ['number', 'The share of the work that cycle elimination saved.'],
  },
};

const CALIBRATE: DocumentSpec = {
  command: 'pearlctl calibrate --json',
  about: 'Progress goes to standard error.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    kernel: ['string', 'The fastest code.'],
    threads: ['integer', 'How many.'],
    blockRows: ['integer', 'Rows that a thread multiplies at a time.'],
    ...SHAPE(''),
    macsPerSecond: ['number', 'The rate with these.'],
    spread: ['number', 'How far the measurements lie apart, as a fraction.'],
    expected: [
      'object | null',
      'With a gateway running: how long things take on average at that rate. Null on the devnet, whose difficulty follows the rate.',
    ],
    'expected.shareSeconds': ['number | null', 'A share; null for never.'],
    'expected.blockSeconds': ['number | null', 'A block; null for never.'],
    power: ['object | null', 'What it costs, where the machine tells.'],
    'power.source': ['string', '`processor` or `battery`: what the watts are of.'],
    'power.idleWatts': ['number', 'While nothing was mined.'],
    'power.miningWatts': ['number', 'While it was.'],
    'power.addedWatts': ['number', 'What mining adds.'],
    'power.kilowattHoursPerDay': ['number', 'Of a whole day of mining, for what it adds.'],
    'power.kilowattHoursPerShare': [
      'number | null',
      'Of a share, on average; null where no gateway tells what a share takes.',
    ],
    'power.costPerDay': ['number | null', 'At `[miner] power_price`, in its currency; null without it.'],
  },
};

const SELF_TEST: DocumentSpec = {
  command: 'pearlctl self-test --json',
  about: 'Exit code 0 when every kernel equals the scalar one, 1 otherwise.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    arch: ['string', 'The processor’s architecture.'],
    features: ['array', 'Of the processor, as far as they matter.'],
    'features[]': ['string', 'One of them.'],
    kernels: ['array', 'Of this processor, the fastest first.'],
    'kernels[].name': ['string', 'As `bench --kernel` takes it.'],
    'kernels[].passed': ['boolean', 'Whether it computes what the scalar one does.'],
    refused: ['array', 'Kernels that the processor could run, and the system does not let this process.'],
    'refused[].name': ['string', 'Such as `amx`.'],
    'refused[].reason': ['string', 'What the system said.'],
  },
};

export const MEASURING_DOCUMENTS = {
  metrics: METRICS,
  metricsHive: METRICS_HIVE,
  metricsTemplate: METRICS_TEMPLATE,
  bench: BENCH,
  calibrate: CALIBRATE,
  selfTest: SELF_TEST,
} as const satisfies Record<string, DocumentSpec>;
