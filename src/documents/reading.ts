// The documents of the commands that look: shares, doctor, logs, config, metrics, bench, calibrate, verify, self-test.
import type { DocumentSpec, KeyTable } from './document.ts';

const VERSIONED: KeyTable = { schemaVersion: ['integer', 'The version of this document.'] };

const SHARES: DocumentSpec = {
  command: 'pearlctl shares --json',
  about: 'Exit code 0, also without any share.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    totals: ['object', 'Of everything since `--since`.'],
    'totals.accepted': ['integer', 'Accepted.'],
    'totals.rejected': ['integer', 'Refused as wrong.'],
    'totals.stale': ['integer', 'Refused as too late.'],
    'totals.dropped': ['integer', 'Never sent.'],
    'totals.unknown': ['integer', 'Sent, and never answered.'],
    'totals.blocks': ['integer', 'Accepted ones that were blocks.'],
    'totals.work': [
      'string',
      'Multiply-accumulates that the accepted ones take on average: decimal digits, since it passes 2^53.',
    ],
    shares: ['array', 'The newest, oldest first, at most `--limit`.'],
    'shares[].time': ['string', 'When the verdict came; ISO 8601, UTC.'],
    'shares[].job': ['string', 'The upstream’s name of the job, or a digest of its header.'],
    'shares[].height': ['integer | null', 'Of the block to be found.'],
    'shares[].certVersion': ['integer', 'Version of the certificate.'],
    'shares[].target': ['string', '64 hex digits, big-endian.'],
    'shares[].shape': ['object', 'What was multiplied.'],
    'shares[].shape.m': ['integer', 'Rows of A.'],
    'shares[].shape.n': ['integer', 'Columns of B.'],
    'shares[].shape.k': ['integer', 'Columns of A, rows of B.'],
    'shares[].shape.rank': ['integer', 'Rank of the noise.'],
    'shares[].shape.h': ['integer', 'Rows of a tile.'],
    'shares[].shape.w': ['integer', 'Columns of a tile.'],
    'shares[].proof': ['string', 'The first 16 hex digits of the proof’s SHA-256.'],
    'shares[].result': ['string', '`accepted`, `rejected`, `stale`, `dropped` or `unknown`.'],
    'shares[].reason': ['string | null', 'Why, where it was not accepted.'],
    'shares[].block': ['boolean', 'Whether it met the network’s own target.'],
    'shares[].latencyMs': ['number', 'From handing it over to the verdict.'],
  },
};

const DOCTOR: DocumentSpec = {
  command: 'pearlctl doctor --json',
  about:
    'Exit code 0 when no check found a problem, 1 otherwise. With `--list` only the checks, without their findings.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    version: ['string', 'Of this command.'],
    scope: ['string', '`user` or `system`.'],
    instance: ['string | null', 'The name of a second, independent instance.'],
    counts: ['object', 'How many checks ended in which way.'],
    'counts.ok': ['integer', 'Fine.'],
    'counts.warning': ['integer', 'Works, but not as well or as long as it could.'],
    'counts.problem': ['integer', 'Does not work.'],
    'counts.skipped': ['integer', 'Could not be looked at, which is not fine.'],
    checks: ['array', 'In the order of the text.'],
    'checks[].id': ['string', 'Stable; also an argument of `pearlctl doctor`.'],
    'checks[].area': ['string', 'The heading it stands under.'],
    'checks[].question': ['string', 'What is asked.'],
    'checks[].status': ['string', '`ok`, `warning`, `problem` or `skipped`.'],
    'checks[].fact': ['string', 'What is so.'],
    'checks[].fix': ['string | null', 'What to type or change.'],
    'checks[].asUser': ['string | null', 'The service’s account, where root asked as that.'],
    'checks[].elapsedMs': ['integer', 'How long it took.'],
  },
};

const LOGS: DocumentSpec = {
  command: 'pearlctl logs --json',
  about:
    'A line for each record, as the log file has them. A line may have more keys, named for what it says beyond its ' +
    'words (`height`, `reason`, `restarts`); their values are text, numbers, booleans or null.',
  schemaVersion: null,
  keys: {
    time: ['string', 'ISO 8601, UTC.'],
    level: ['string', '`error`, `warn`, `info` or `debug`.'],
    source: ['string', '`supervisor`, `gateway` or `miner`.'],
    message: ['string', 'In words for people.'],
  },
};

const PROBLEM = (list: string): KeyTable => ({
  [`${list}[].code`]: ['string', 'Stable.'],
  [`${list}[].key`]: ['string | null', 'The key, as `section.key`.'],
  [`${list}[].line`]: ['integer | null', 'The line of the file.'],
  [`${list}[].message`]: ['string', 'What is wrong, in a sentence.'],
  [`${list}[].hint`]: ['string | null', 'What to type.'],
});

const ORIGIN: KeyTable = {
  key: ['string', '`section.key`.'],
  value: ['string | array | null', 'As the file would spell it; a list for a key that may come several times.'],
  origin: ['string', '`file` or `default`.'],
  line: ['integer | null', 'The line of the file that sets it.'],
};

const CONFIG_SHOW: DocumentSpec = {
  command: 'pearlctl config show --json',
  about: 'With `--effective` also the keys that have their default.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    keys: ['array', 'One item for each key.'],
    ...Object.fromEntries(Object.entries(ORIGIN).map(([name, entry]) => [`keys[].${name}`, entry])),
  },
};

const CONFIG_GET: DocumentSpec = {
  command: 'pearlctl config get KEY --json',
  about: 'Exit code 1 where neither the file nor a default says anything.',
  schemaVersion: 1,
  keys: { ...VERSIONED, ...ORIGIN },
};

const CONFIG_VALIDATE: DocumentSpec = {
  command: 'pearlctl config validate --json',
  about: 'Exit code 0 for a valid file, 78 otherwise.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    valid: ['boolean', 'Whether it could be started with.'],
    problems: ['array', 'All that is wrong with it.'],
    ...PROBLEM('problems'),
  },
};

const CONFIG_CHANGE: DocumentSpec = {
  command: 'pearlctl config set KEY VALUE --json',
  about: 'Also of `config unset`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    changed: ['boolean', 'Whether it was written.'],
    changes: ['string', 'The difference, as lines with `-` and `+`.'],
    remaining: ['array', 'What was wrong with it before, and still is.'],
    ...PROBLEM('remaining'),
  },
};

const METRICS: DocumentSpec = {
  command: 'pearlctl metrics --json',
  about: 'The samples that the Prometheus text has. With `--hive` the document is that of HiveOS: `khs` and `stats`.',
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
    'shape.preset': ['string', '`light` or `pool`.'],
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
    expected: ['object | null', 'With a gateway running: how long things take on average at that rate.'],
    'expected.shareSeconds': ['number | null', 'A share; null for never.'],
    'expected.blockSeconds': ['number | null', 'A block; null for never.'],
    power: ['object | null', 'What it costs, where the machine tells.'],
    'power.source': ['string', '`processor` or `battery`: what the watts are of.'],
    'power.idleWatts': ['number', 'While nothing was mined.'],
    'power.miningWatts': ['number', 'While it was.'],
    'power.addedWatts': ['number', 'What mining adds.'],
    'power.kilowattHoursPerDay': ['number', 'Of a whole day of mining, for what it adds.'],
  },
};

const VERIFY: DocumentSpec = {
  command: 'pearlctl verify … --json',
  about: 'Exit code 0 for a valid proof, 1 for any other.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    valid: ['boolean', 'The verdict.'],
    reason: ['string | null', 'A stable word for why not.'],
    message: ['string | null', 'The same in words.'],
    hash: ['string | null', 'The proof’s hash in hex, where it got so far.'],
  },
};

const VERIFY_BATCH: DocumentSpec = {
  command: 'pearlctl verify --batch',
  about: 'A line for each line of standard input, in order.',
  schemaVersion: null,
  keys: {
    id: ['string | integer | null', 'As the question had it; null where it could not be read.'],
    valid: ['boolean', 'The verdict.'],
    reason: ['string | null', 'A stable word for why not; `input` for a line that is no question.'],
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
  },
};

export const READING_DOCUMENTS = {
  shares: SHARES,
  doctor: DOCTOR,
  logs: LOGS,
  configShow: CONFIG_SHOW,
  configGet: CONFIG_GET,
  configValidate: CONFIG_VALIDATE,
  configChange: CONFIG_CHANGE,
  metrics: METRICS,
  bench: BENCH,
  calibrate: CALIBRATE,
  verify: VERIFY,
  verifyBatch: VERIFY_BATCH,
  selfTest: SELF_TEST,
} as const satisfies Record<string, DocumentSpec>;
