// Whatever a pool answers and whatever is killed: found = accepted + rejected + stale + unknown + dropped + in flight, in the
// ledger and in the figures. The parts are the real ones, from the miner's book to the supervisor's tally; a kill is a copy
// of the files as they are, on which the next process goes on.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { errnoOf } from '../../../src/base/errors.ts';
import { shortDigest } from '../../../src/base/short-digest.ts';
import { GatewayService } from '../../../src/gateway/gateway-service.ts';
import { Books } from '../../../src/gateway/ledger/books.ts';
import { notedProofs } from '../../../src/gateway/ledger/pending.ts';
import { JobBook } from '../../../src/gateway/pool/job-book.ts';
import type { PoolJob } from '../../../src/gateway/pool/pool-job.ts';
import { parsePoolLine } from '../../../src/gateway/pool/pool-message.ts';
import { Submissions } from '../../../src/gateway/pool/verdicts/submissions.ts';
import type { Job, Upstream } from '../../../src/gateway/upstream.ts';
import { verdictMessage } from '../../../src/gateway/verdict-message.ts';
import { FoundBook } from '../../../src/miner/found-book.ts';
import type { ProofFields } from '../../../src/native/native.ts';
import { type JsonObject, parseJson, stringifyJson } from '../../../src/protocol/jsonrpc/lossless-json.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { sumLedger } from '../../../src/state/ledger/sum-ledger.ts';
import { tallyOf } from '../../../src/supervisor/figures/tally.ts';
import { WorkFigures } from '../../../src/supervisor/figures/work-figures.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';
import { until } from '../../fixtures/until.ts';
import { SHORT } from '../../pool/upstream.ts';

/** So small that a run rotates it several times, and so large that a note's verdict is never rotated away. */
const BOUNDS = { maxBytes: 4000, olderFiles: 4 };
const FIELDS = { m: 256, n: 256, k: 2048, rank: 128, rows: [0], cols: [0] } as unknown as ProofFields;
const HEADER = Buffer.alloc(76, 7);
const JOB: Job = { header: HEADER, target: 1n << 230n, certVersion: 3, height: 7, upstreamId: 'j', receivedAt: 0 };
const POOL_JOB: PoolJob = { id: 'j', job: JOB };
const WIRE: JsonObject = {
  incomplete_header_bytes: HEADER.toString('base64'),
  target: JOB.target,
  cert_version: JOB.certVersion,
};

/** Answers of pools to a submit, as they were seen, and what no pool says. */
const KNOWN = readFileSync(new URL('../../pool/facts/verdicts.tsv', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((row) => (row.startsWith('submit\t') ? [row.split('\t')[1] ?? ''] : []));
const answerText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN) },
  fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([result, error]) => JSON.stringify({ id: 7, result, error })),
  fc.string(),
);

const command = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'find' } as const) },
  { weight: 6, arbitrary: fc.constant({ do: 'submit' } as const) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), text: answerText }) },
  { weight: 2, arbitrary: fc.constant({ do: 'drop' } as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'tell-drop' } as const) },
  fc.constant({ do: 'submit-unanswered' } as const),
  fc.constant({ do: 'tell-drop-unanswered' } as const),
  fc.constant({ do: 'hang-up' } as const),
  fc.constant({ do: 'kill-gateway' } as const),
  fc.record({ do: fc.constant('kill-gateway-between-ledger-and-telling' as const), text: answerText }),
  fc.constant({ do: 'kill-miner' } as const),
  fc.constant({ do: 'kill-miner-between-answer-and-note' } as const),
  fc.constant({ do: 'kill-all' } as const),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/**
 * What a file holds at this moment, where it is still there. Its writer goes on meanwhile: copyFile(3) of libuv never ends
 * where a file becomes shorter under it.
 */
function copyAsItIs(from: string, to: string): void {
  try {
    writeFileSync(to, readFileSync(from));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** A note of a slow disk is awaited for a moment only: a kill before it is in a file loses sight of the proof, as designed. */
async function onDisk(folder: string, proof: string): Promise<void> {
  await until(`a note or verdict of ${proof}`, () =>
    readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').includes(proof)),
  );
}

/** Three processes' worth of bookkeeping. Gateway and miner have a folder each, so that a kill of one copies its own. */
class World {
  readonly #root: string;
  #folder: string;
  #minersFolder: string;
  #found = 0;
  #hand: { entry: LedgerEntry; text: string }[] = [];
  #gateway: Gateway | null = null;
  #book: FoundBook | null = null;
  figures: WorkFigures | null = null;
  readonly #abandoned: { close(): Promise<void> }[] = [];

  constructor(root: string) {
    this.#root = root;
    this.#folder = mkdtempSync(join(root, 'gateway-'));
    this.#minersFolder = mkdtempSync(join(root, 'miner-'));
  }

  async start(): Promise<void> {
    const ledger = join(this.#folder, 'shares.jsonl');
    const { owners } = await sumLedger(ledger);
    const [found, here] = [join(this.#minersFolder, 'shares.found.jsonl'), join(this.#folder, 'shares.found.jsonl')];
    copyAsItIs(found, here);
    this.figures = new WorkFigures(tallyOf(owners), await notedProofs(ledger, { network: '', wallet: '' }));
    rmSync(here, { force: true });
    await this.#startGateway();
    await this.#startMiner();
  }

  async #startGateway(): Promise<void> {
    this.#gateway = await Gateway.open(join(this.#folder, 'shares.jsonl'), this.figures as WorkFigures);
  }

  async #startMiner(): Promise<void> {
    this.#hand = [];
    const ledger = join(this.#minersFolder, 'shares.jsonl');
    this.#book = await FoundBook.open(ledger, (message) => assert.fail(message));
  }

  /** The gateway's files as a kill leaves them; what still runs goes on elsewhere, unheard. */
  async #killGateway(): Promise<void> {
    const gateway = this.#gateway as Gateway;
    await gateway.calm();
    gateway.isHeard = false;
    this.#abandoned.push(gateway);
    this.#folder = this.#copyOf(this.#folder);
  }

  #killMiner(): void {
    this.#abandoned.push(this.#book as FoundBook);
    this.#minersFolder = this.#copyOf(this.#minersFolder);
  }

  #copyOf(folder: string): string {
    const copy = mkdtempSync(join(this.#root, 'copy-'));
    for (const name of readdirSync(folder)) copyAsItIs(join(folder, name), join(copy, name));
    return copy;
  }

  async carryOut(step: Command): Promise<void> {
    const [gateway, book] = [this.#gateway as Gateway, this.#book as FoundBook];
    switch (step.do) {
      case 'find': {
        this.#found += 1;
        const bytes = Buffer.from(`proof ${this.#found}`.padEnd(12));
        const entry = ledgerEntry('', {
          time: new Date().toISOString(),
          job: shortDigest(HEADER),
          proof: shortDigest(bytes),
          result: 'dropped',
          reason: 'the miner ended before it could hand it over',
          awaited: { header: HEADER.toString('hex'), commitment: '0'.repeat(64) },
        });
        this.figures?.found(entry.proof);
        await book.note(entry);
        await onDisk(this.#minersFolder, entry.proof);
        this.#hand.push({ entry, text: bytes.toString('base64') });
        break;
      }
      case 'submit': {
        const proof = this.#hand.shift();
        if (proof === undefined) break;
        await book.note(proof.entry);
        await gateway.ask('submitPlainProof', { plain_proof: proof.text, mining_job: WIRE }, proof.entry);
        book.taken(proof.entry);
        break;
      }
      case 'submit-unanswered': {
        const proof = this.#hand.shift();
        if (proof === undefined) break;
        await book.note(proof.entry);
        await gateway.ask('submitPlainProof', { plain_proof: proof.text, mining_job: WIRE }, proof.entry);
        book.drop(proof.entry, 'the gateway went away before it answered', true);
        break;
      }
      case 'drop': {
        const proof = this.#hand.shift();
        if (proof !== undefined) book.drop(proof.entry, 'its job is gone', false);
        break;
      }
      case 'tell-drop':
      case 'tell-drop-unanswered': {
        const drop = book.next;
        if (drop === undefined) break;
        book.telling(drop);
        const params = { entry: renderEntry(drop.entry), may_be_known: drop.mayBeKnown };
        await gateway.ask('noteDroppedProof', params, drop.entry);
        if (step.do === 'tell-drop') book.told(drop);
        break;
      }
      case 'answer':
        gateway.answer(step.text);
        await gateway.calm();
        break;
      case 'hang-up':
        gateway.hangUp();
        await gateway.calm();
        break;
      case 'kill-gateway':
        await this.#killGateway();
        await this.#startGateway();
        break;
      case 'kill-gateway-between-ledger-and-telling': {
        const notes = join(this.#folder, 'shares.pending.jsonl');
        const before = existsSync(notes) ? readFileSync(notes) : null;
        gateway.isHeard = false;
        gateway.answer(step.text);
        await this.#killGateway();
        if (before !== null) writeFileSync(join(this.#folder, 'shares.pending.jsonl'), before);
        await this.#startGateway();
        break;
      }
      case 'kill-miner':
        this.#killMiner();
        await this.#startMiner();
        break;
      case 'kill-miner-between-answer-and-note': {
        const proof = this.#hand.shift();
        if (proof !== undefined) {
          await book.note(proof.entry);
          await gateway.ask('submitPlainProof', { plain_proof: proof.text, mining_job: WIRE }, proof.entry);
        }
        this.#killMiner();
        await this.#startMiner();
        break;
      }
      case 'kill-all':
        await this.#killGateway();
        this.#killMiner();
        await this.start();
    }
    this.check();
  }

  /** The figures at any moment. */
  check(): void {
    const { found, inFlight, accepted, rejected, stale, unknown, dropped } = (this.figures as WorkFigures).at(0).shares;
    assert.equal(found, accepted + rejected + stale + unknown + dropped + inFlight);
    assert.equal(found, this.#found, 'each find, once');
  }

  /** Everything ends well: the ledger has all, and says what the figures say. */
  async end(): Promise<void> {
    const [gateway, book] = [this.#gateway as Gateway, this.#book as FoundBook];
    for (const { entry } of this.#hand) book.drop(entry, 'the miner stopped before it could hand it over', false);
    for (let drop = book.next; drop !== undefined; drop = book.next) {
      await gateway.ask(
        'noteDroppedProof',
        { entry: renderEntry(drop.entry), may_be_known: drop.mayBeKnown },
        drop.entry,
      );
      book.told(drop);
    }
    gateway.hangUp();
    await gateway.calm();
    await Promise.all([gateway, book, ...this.#abandoned].map((part) => part.close()));
    this.check();
    const { shares } = tallyOf((await sumLedger(join(this.#folder, 'shares.jsonl'))).owners);
    assert.equal(shares.submitted + shares.dropped, this.#found, 'the ledger has each find, once');
    const { found, inFlight, ...counted } = (this.figures as WorkFigures).at(0).shares;
    assert.equal(inFlight, 0);
    assert.equal(found, this.#found);
    assert.deepEqual({ ...counted, lastAt: null }, { ...shares, lastAt: null }, 'figures and ledger agree');
    assert.equal(existsSync(join(this.#folder, 'shares.pending.jsonl')), false);
    assert.equal(existsSync(join(this.#minersFolder, 'shares.found.jsonl')), false);
  }
}

/** The gateway's part: service, books, and submits of a pool's connection. */
class Gateway {
  isHeard = true;
  #verdicts = 0;
  #written = 0;
  #sent: number[] = [];
  #nextId = 1;
  #folder = '';
  #books: Books | null = null;
  #service: GatewayService | null = null;
  #submissions = this.#connect();

  static async open(ledgerFile: string, figures: WorkFigures): Promise<Gateway> {
    const gateway = new Gateway();
    await gateway.#open(ledgerFile, figures);
    return gateway;
  }

  async #open(ledgerFile: string, figures: WorkFigures): Promise<void> {
    const books = await Books.open({
      ledgerFile,
      warn: (message) => assert.fail(message),
      bounds: BOUNDS,
      onWritten: (entry, recalled) => {
        this.#written += 1;
        if (this.isHeard) figures.count(verdictMessage(entry, { recalled }));
      },
    });
    this.#books = books;
    this.#folder = dirname(ledgerFile);
    this.#written = 0;
    for (const entry of books.left) this.#settle({ ...entry, time: new Date().toISOString() }, true);
    const upstream: Upstream = {
      async *events() {
        yield { type: 'job', job: JOB };
      },
      submit: (proof) => this.#submissions.offer(proof, POOL_JOB, false),
      state: () => ({ phase: 'ready', url: null, reason: null }),
      close: async () => {},
    };
    this.#service = new GatewayService({
      upstream,
      core: { inspect: () => FIELDS },
      known: books.left,
      onAnswer: (entry) => books.note(entry),
      onVerdict: (entry) => this.#settle(entry, false),
      isSettled: (entry) => books.has(entry),
    });
    await this.#service.follow();
    await this.calm();
  }

  #settle(entry: LedgerEntry, recalled: boolean): void {
    this.#verdicts += 1;
    this.#books?.settle(entry, { recalled });
  }

  #connect(): Submissions {
    const book = new JobBook();
    book.add({ usable: true, poolJob: POOL_JOB, warning: null });
    this.#sent = [];
    return new Submissions({
      limits: { maxInFlight: 3, maxSubmitsPerMinute: null },
      times: { ...SHORT, verdictMs: 600_000 },
      book,
      takeId: () => this.#nextId++,
      send: (id) => this.#sent.push(id),
      onSilent: () => {},
      onVerdict: () => {},
    });
  }

  async ask(method: string, params: JsonObject, { proof }: LedgerEntry): Promise<void> {
    const read = parseJson(stringifyJson(params)) as JsonObject;
    const outcome = await this.#service?.handle({ id: 1, method, params: read });
    assert.equal(outcome?.ok, true, JSON.stringify(outcome));
    await this.calm();
    await onDisk(this.#folder, proof);
  }

  /** The pool's answer to the oldest submit. */
  answer(text: string): void {
    const [id] = this.#sent;
    const message = id === undefined ? null : parsePoolLine(text);
    if (message?.kind !== 'answer' || id === undefined) return;
    this.#sent.shift();
    this.#submissions.answer({ ...message.answer, id });
  }

  hangUp(): void {
    this.#submissions.end('the pool closed the connection');
    this.#submissions = this.#connect();
  }

  /** Until the disk has what it was given. */
  async calm(): Promise<void> {
    for (let turn = 0; turn < 3 || this.#written !== this.#verdicts; turn += 1) await setImmediate();
  }

  async close(): Promise<void> {
    this.#submissions.end('over');
    await this.#service?.settled();
    await this.#books?.close();
  }
}

t.test('each proof that was found has one verdict, whatever is answered and killed', async (t) => {
  const root = t.testdir();
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (steps) => {
      const world = new World(root);
      await world.start();
      for (const step of steps) await world.carryOut(step);
      await world.end();
    }),
    { numRuns: 60 },
  );
  rmSync(root, { recursive: true });
});
