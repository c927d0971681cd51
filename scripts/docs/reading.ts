// The documents of the commands that look: shares, doctor, logs, verify.
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const SHARES: DocumentSpec = {
  command: 'pearlctl shares --json',
  about: 'Exit code 0, also without any share.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    totals: ['object', 'Of everything since `--since`, for the present network and wallet; with `--all` for all.'],
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
    others: ['integer', 'Shares of another network or wallet, which are left out without `--all`.'],
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
    'shares[].network': ['string | null', 'The network it was mined on; null from earlier versions.'],
    'shares[].wallet': ['string | null', 'The wallet it was mined for, shortened; null from earlier versions.'],
    'shares[].pool': ['string | null', 'The address of the pool; null where there is none.'],
  },
};

const RATE: KeyTable = {
  rate: ['object | null', 'This machine’s rate, by which times are counted; null where it is not known.'],
  'rate.macsPerSecond': ['number', 'Multiply-accumulates per second.'],
  'rate.source': ['string', '`mining`: as it mines now. `calibration`: as the last calibration found.'],
  'rate.at': ['string', 'When; ISO 8601, UTC.'],
};

const FACTS = ['usability', 'servers', 'login', 'difficulty', 'fee', 'payout'];

const POOLS: DocumentSpec = {
  command: 'pearlctl pools --json',
  about: 'Exit code 0. With a name only that pool.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    ...RATE,
    chain: ['object', 'The figures of the chain by which income is counted.'],
    'chain.blockMacs': ['number', 'Multiply-accumulates for a block.'],
    'chain.rewardPrl': ['number', 'What a block pays.'],
    'chain.date': ['string', 'When that was so.'],
    pools: ['array', 'In the order of the names.'],
    'pools[].name': ['string', 'Its name on the command line.'],
    'pools[].title': ['string', 'What it calls itself.'],
    'pools[].usable': ['string', '`yes`, `unconfirmed` or `no`.'],
    'pools[].reason': ['string | null', 'Why it is not confirmed, or cannot be used.'],
    'pools[].login': ['object', 'Who is paid.'],
    'pools[].login.kind': ['string', '`address`: the wallet. `raw`: a login of its own.'],
    'pools[].login.words': ['string', 'In words.'],
    'pools[].difficulty': ['string', 'How it is set, in words.'],
    'pools[].fee': ['object', 'As published.'],
    'pools[].fee.percent': ['number | null', 'Null where it is not known.'],
    'pools[].fee.words': ['string', 'With the way of paying.'],
    'pools[].payout': ['object', 'As published.'],
    'pools[].payout.minimumPrl': ['number | null', 'The least that is paid; null where it is not known.'],
    'pools[].payout.words': ['string', 'In words.'],
    'pools[].preferredServer': ['string | null', 'The server that `init` takes unless another is named.'],
    'pools[].shareSeconds': ['number | null', 'Mean time for a share there; null where it is not known.'],
    'pools[].daysToPayout': ['number | null', 'Until the least is earned.'],
    'pools[].servers': ['array', 'All of its servers.'],
    'pools[].servers[].name': ['string', 'What stands behind the pool’s name and a slash.'],
    'pools[].servers[].url': ['string', 'Its address, with its pin.'],
    'pools[].servers[].difficulty': ['string', '`fixed`, `vardiff` or `unknown`.'],
    'pools[].servers[].shareMacs': ['number | null', 'Multiply-accumulates for a share, at first.'],
    'pools[].servers[].solo': ['boolean', 'Whether it pays blocks to their finder alone.'],
    'pools[].servers[].shareSeconds': ['number | null', 'Mean time for a share there.'],
    'pools[].sources': ['object', 'Where each fact was read.'],
    ...Object.fromEntries(
      FACTS.flatMap((about): [string, [string, string]][] => [
        [`pools[].sources.${about}`, ['array', `Of \`${about}\`.`]],
        [`pools[].sources.${about}[].title`, ['string', 'What it is.']],
        [`pools[].sources.${about}[].date`, ['string', 'Of when it is: year and month, or the day.']],
      ]),
    ),
  },
};

const POOLS_PING: DocumentSpec = {
  command: 'pearlctl pools --ping --json',
  about: 'Exit code 0 when a pool was reached, 69 when none was.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    ...RATE,
    pings: ['array', 'In the order of the names.'],
    'pings[].name': ['string', 'The pool.'],
    'pings[].server': ['string', 'Its server.'],
    'pings[].url': ['string', 'The address.'],
    'pings[].connectMs': ['number | null', 'Until it could be spoken to, TLS included; null where it could not.'],
    'pings[].jobMs': ['number | null', 'From then on to the first job; null where none came.'],
    'pings[].shareSeconds': ['number | null', 'Mean time for a share of that job.'],
    'pings[].failure': ['string | null', 'Why no job came.'],
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
    'checks[].fix': ['string | null', 'What to do about it, for people.'],
    'checks[].command': ['array | null', 'The command of it that a program can run; null where there is none.'],
    'checks[].command[]': ['string', 'One word of it.'],
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

const VERSION: DocumentSpec = {
  command: 'pearlctl --version --json',
  about: 'The same number as in every document that names a version.',
  schemaVersion: 1,
  keys: { ...VERSIONED, version: ['string', 'Of pearlctl.'] },
};

const LIST: DocumentSpec = {
  command: 'pearlctl list --json',
  about: 'The machine’s instances, then the caller’s own, then those of other accounts.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    instances: ['array', 'One for each.'],
    'instances[].instance': ['string | null', 'Its name; null for the one without.'],
    'instances[].scope': ['string', '`user` or `system`.'],
    'instances[].account': ['string', 'Whose it is: for the machine’s, the account that its service runs as.'],
    'instances[].state': ['string', 'As in `status`; `running` also for a supervisor that may not be looked into.'],
    'instances[].installed': ['boolean', 'Whether it is a service.'],
    'instances[].pid': ['integer | null', 'Its supervisor’s process; null while none runs.'],
    'instances[].configFile': ['string | null', 'Null where it is not known.'],
    'instances[].ports': ['object', 'On loopback: in use, or as configured.'],
    'instances[].ports.gateway': ['integer | null', 'Null for any free one, and where it may not be seen.'],
    'instances[].ports.metrics': ['integer | null', 'The same of /metrics and the page.'],
  },
};

export const READING_DOCUMENTS = {
  version: VERSION,
  list: LIST,
  shares: SHARES,
  pools: POOLS,
  poolsPing: POOLS_PING,
  doctor: DOCTOR,
  logs: LOGS,
  verify: VERIFY,
  verifyBatch: VERIFY_BATCH,
} as const satisfies Record<string, DocumentSpec>;
