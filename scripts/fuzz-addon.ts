// `node dist/scripts/fuzz-addon.js ADDON [--runs N] [--seed N]`: calls every entry point of an addon file with arguments of the
// right and of every other form, also as a miner whose jobs are replaced while it works. Each call returns or throws an
// Error; whatever else happens ends the process. A build under the address sanitizer sees more: `npm run audit:memory`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } },
  allowPositionals: true,
});
/** Everything is called with anything: what the arguments have to be is the addon's to check. */
interface Addon {
  readonly cpuFeatures: () => { kernels: string[] };
  readonly Miner: new (options: unknown, onEvent: () => void) => FuzzedMiner;
  readonly Bench: new (options: unknown) => { run(): Promise<unknown>; cancel(): void };
}
interface FuzzedMiner {
  setJob(job: unknown): void;
  setDuty(percent: unknown): void;
  clearJob(): void;
  pause(): void;
  resume(): void;
  stats(): unknown;
  stop(): Promise<void>;
}
type Entry = (...args: readonly unknown[]) => unknown;

const addon = createRequire(import.meta.url)(resolve(positionals[0] ?? '')) as Addon;
/** The functions and classes that the addon exports, whatever they are. */
const entries = new Map(
  Object.entries(addon).filter((named): named is [string, Entry] => typeof named[1] === 'function'),
);
const proofs: string[] = JSON.parse(readFileSync('test/vectors/proofs.json', 'utf8')).valid.map(
  ({ proof }: { proof: string }) => proof,
);
const folder = mkdtempSync(join(tmpdir(), 'pearlctl-entries-'));
// A path that is made up is one in here.
process.chdir(folder);

const number = fc.oneof(fc.nat(300), fc.integer(), fc.double(), fc.constantFrom(2 ** 32, 2 ** 53, -0, Number.NaN));
const bigint = fc.oneof(
  fc.bigInt(),
  fc.nat(256).map((bit) => 1n << BigInt(bit)),
  fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
);
const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));
const header = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ minLength: 76, maxLength: 76 }).map((array) => Buffer.from(array)) },
  { weight: 1, arbitrary: bytes },
);
const indices = fc.oneof(
  fc.constantFrom([0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 8, 9, 32, 33, 40, 41]),
  fc.array(number, { maxLength: 300 }),
);
/** A valid proof, some bytes of which are other ones. */
const altered = fc
  .tuple(fc.nat(proofs.length - 1), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.option(fc.nat()))
  .map(([which, changes, cut]) => {
    const proof = Buffer.from(proofs[which] ?? '', 'base64');
    for (const [at, byte] of changes) proof[at % proof.length] = byte;
    return cut === null ? proof : proof.subarray(0, cut % (proof.length + 1));
  });
const proof = fc.oneof(altered, bytes);
const text = fc.oneof(
  proof.map((value) => value.toString('base64')),
  fc.string({ maxLength: 200, unit: 'binary' }),
);
const shape = fc.record({
  m: fc.oneof(fc.nat(300), number),
  n: fc.oneof(fc.nat(300), number),
  k: fc.oneof(fc.constantFrom(1024, 2048), number),
  rank: fc.oneof(fc.constantFrom(32, 64, 128), number),
  rows: indices,
  cols: indices,
});
const request = (contents: fc.Arbitrary<unknown>) =>
  fc.record({
    header,
    certVersion: fc.oneof(fc.nat(4), number),
    rankPenalty: fc.boolean(),
    target: bigint,
    proof: contents,
  });
const job = fc.record({
  id: number,
  header,
  certVersion: fc.oneof(fc.nat(4), number),
  target: bigint,
  shape,
});
const common = {
  kernel: fc.option(fc.constantFrom(...addon.cpuFeatures().kernels, 'none'), { nil: undefined }),
  // More would only show what this machine has.
  threads: fc.oneof(fc.nat(3), fc.constantFrom(-1, 1.5, Number.NaN, 1e9, 2 ** 32)),
  memoryBytes: fc.oneof(fc.nat(1 << 26), fc.constantFrom(-1, Number.NaN, 0.5)),
  matrices: fc.constantFrom('constant', 'random', ''),
};
const minerOptions = fc.record({
  ...common,
  blockRows: fc.option(number, { nil: undefined }),
  idlePriority: fc.boolean(),
});
const benchOptions = fc.record({
  ...common,
  shape,
  blockRows: fc.option(number, { nil: undefined }),
  eliminate: fc.boolean(),
  seconds: fc.oneof(fc.constantFrom(0.001, 0.01, 0, -1, Number.NaN, 1e9)),
  scalar: fc.constant(false),
});

let returned = 0;
let threw = 0;
/** Nothing but a value or an Error may come of a call. */
async function attempt(act: () => unknown): Promise<void> {
  try {
    await act();
    returned += 1;
  } catch (error) {
    if (!(error instanceof Error)) throw new Error(`threw ${String(error)}`);
    threw += 1;
  }
}

/** A miner that is given everything at once, and stopped. */
async function mine([options, jobs, percent]: [unknown, unknown[], unknown]): Promise<unknown> {
  let events = 0;
  const miner = new addon.Miner(options, () => {
    events += 1;
  });
  for (const next of jobs) {
    await attempt(() => miner.setJob(next));
    await attempt(() => miner.setDuty(percent));
    miner.pause();
    miner.stats();
    miner.resume();
    await new Promise((done) => setTimeout(done, 2));
  }
  miner.clearJob();
  await miner.stop();
  await attempt(() => miner.setJob(jobs[0]));
  return { events, stats: miner.stats() };
}

async function measure([options, cancelled]: [unknown, boolean]): Promise<unknown> {
  // A day of measuring is refused by its length; what is left lasts a moment.
  const bench = new addon.Bench(options);
  const done = bench.run();
  if (cancelled) bench.cancel();
  return done;
}

/** A call that can be made: its name and its arguments are what a failure shows. */
interface Call {
  readonly name: string;
  readonly given: unknown;
  readonly make: () => unknown;
}

function kind<T>(name: string, args: fc.Arbitrary<T>, act: (given: T) => unknown): fc.Arbitrary<Call> {
  return args.map((given) => ({ name, given, make: () => act(given) }));
}

function call(name: string, ...args: fc.Arbitrary<unknown>[]): fc.Arbitrary<Call> {
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(`the addon exports no ${name}`);
  return kind(name, fc.tuple(...args), (given) => entry(...given));
}

const fileName = fc.string({ unit: 'binary', maxLength: 20 }).map((name) => join(folder, name.replaceAll('/', '_')));
const CALLS = [
  call('blake3', bytes),
  call('bound', bigint, fc.record({ h: number, w: number, k: number, rank: number }), fc.boolean()),
  call('inspect', proof),
  call('nbitsFromTarget', bigint),
  call('patternFromIndices', indices),
  call('processStartTime', number),
  call('sdNotify', fc.string({ unit: 'binary' })),
  // No signal's name, so that none is ordered for us.
  call(
    'setParentDeathSignal',
    fc.string().map((name) => `no ${name}`),
  ),
  call('targetFromNbits', number),
  call('verify', request(proof)),
  call('verifyAsync', request(proof)),
  call('verifyBase64', request(text)),
  call('lockFile', fileName),
  call('lockExistingFile', fileName),
  call('isFileLocked', fileName),
  call('listenerPid', fileName),
  // Nothing is there, whatever comes after it.
  call(
    'execReplace',
    fc.string().map((name) => `/nonexistent/${name}`),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  ),
  kind('Miner', fc.tuple(minerOptions, fc.array(job, { minLength: 1, maxLength: 4 }), number), mine),
  kind('Bench', fc.tuple(benchOptions, fc.boolean()), measure),
];
/** What no caller of ours passes: nothing, something else, and objects that lie. Not where it could do something. */
const ACTING = ['execReplace', 'setParentDeathSignal', 'lockFile', 'lockExistingFile', 'adoptFileLock'];
const WILD = [...entries]
  .filter(([name]) => !ACTING.includes(name))
  .map(([name, entry]) =>
    kind(
      `${name} with anything`,
      fc.array(fc.anything({ withBigInt: true, withTypedArray: true }), { maxLength: 3 }),
      (given) => (/^[A-Z]/.test(name) ? Reflect.construct(entry, given) : entry(...given)),
    ),
  );

const all = [...CALLS, ...WILD];
const property = fc.asyncProperty(fc.oneof(...all), ({ make }) => attempt(make));
const seed = values.seed === undefined ? undefined : Number(values.seed);
try {
  await fc.assert(property, {
    numRuns: Number(values.runs),
    endOnFailure: true,
    ...(seed === undefined ? {} : { seed }),
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${values.runs} calls of ${all.length} kinds: ${returned} returned, ${threw} threw an error\n`);
