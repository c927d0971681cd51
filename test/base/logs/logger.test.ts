import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { BoundedWriter } from '../../../src/base/logs/bounded-writer.ts';
import { LineSplitter, MAX_LINE_CHARACTERS, RateLimit } from '../../../src/base/logs/line-splitter.ts';
import {
  type LogRecord,
  renderHumanLine,
  renderJournalLine,
  renderJsonLine,
} from '../../../src/base/logs/log-record.ts';
import { isJournal, Logger } from '../../../src/base/logs/logger.ts';
import { createRedactor } from '../../../src/base/logs/redact.ts';
import { RotatingFile } from '../../../src/base/logs/rotating-file.ts';

function folder(t: import('tap').Test): string {
  const path = mkdtempSync(join(tmpdir(), 'pearlctl-logs-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const RECORD: LogRecord = {
  time: '2026-01-02T03:04:05.678Z',
  level: 'warn',
  source: 'miner',
  message: 'a line\nand another \u001b[31mred',
  fields: { restarts: 2, reason: 'why' },
};

const DAY_MS = 86_400_000;

t.test('a record is one line in each of its faces, and cannot drive a terminal', async (t) => {
  t.match(JSON.parse(renderJsonLine(RECORD)), { level: 'warn', source: 'miner', restarts: 2, message: RECORD.message });
  t.equal(renderJournalLine(RECORD), '<4>miner: a line and another  [31mred restarts=2 reason=why\n');
  t.equal(renderHumanLine(RECORD), '03:04:05 warn: miner: a line and another  [31mred restarts=2 reason=why\n');
  for (const line of [renderJsonLine(RECORD), renderJournalLine(RECORD), renderHumanLine(RECORD)]) {
    t.equal(line.split('\n').length, 2);
    t.notMatch(line, /\u001b/);
  }
});

t.test('known secrets are masked however they are written, unknown ones by their look', async (t) => {
  const redact = createRedactor(['hunter"2 %', 'abc']);
  t.equal(redact('it is hunter"2 %'), 'it is ***');
  t.equal(redact(`json ${JSON.stringify('hunter"2 %')}`), 'json "***"');
  t.equal(redact(`url ${encodeURIComponent('hunter"2 %')}`), 'url ***');
  t.equal(redact(`basic ${Buffer.from('hunter"2 %').toString('base64')}`), 'basic ***');
  t.equal(redact('abc stays: too short to be a secret'), 'abc stays: too short to be a secret');
  t.equal(redact('rpc http://user:geheim@host:1/'), 'rpc http://***@host:1/');
  t.equal(redact("INFO settings password='geheim' user=x"), 'INFO settings password=*** user=x');
  t.equal(redact('{"rpc_password": "geheim", "a": 1}'), '{"rpc_password": ***, "a": 1}');
  t.equal(redact('Authorization: Basic Z2VoZWlt'), 'Authorization: Basic ***');
});

t.test('no secret survives redaction, wherever it stands', async () => {
  const secret = fc.string({ minLength: 4, maxLength: 40 }).filter((s) => s.trim().length >= 4 && !'***'.includes(s));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (s, before, after) => {
      const clean = createRedactor([s])(`${before}${s}${after}`);
      // What stands around it may itself contain it.
      return s.includes('*') || !clean.includes(s);
    }),
  );
});

t.test('a stream becomes the same lines however it is cut', async (t) => {
  const lines = (chunks: Buffer[]): string[] => {
    const found: string[] = [];
    const splitter = new LineSplitter((line) => found.push(line));
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    return found;
  };
  const text = 'erste Zeile mit Ümläuten ✓\r\n\nzweite\nohne Ende';
  const bytes = Buffer.from(text);
  const whole = lines([bytes]);
  t.same(whole, ['erste Zeile mit Ümläuten ✓', 'zweite', 'ohne Ende']);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const halves = lines([bytes.subarray(0, cut), bytes.subarray(cut)]);
    if (JSON.stringify(halves) !== JSON.stringify(whole)) t.fail(`cut at ${cut}`);
  }
  const long = lines([Buffer.alloc(50_000, 'x'), Buffer.alloc(50_000, 'x'), Buffer.from('\nnext\n')]);
  t.equal(long.length, 2);
  t.equal(long[0]?.length, MAX_LINE_CHARACTERS + ' … (cut)'.length);
  t.equal(long[1], 'next');
});

t.test('a flood is let through at its rate and counted', async (t) => {
  const limit = new RateLimit(10, 0);
  const admitted = Array.from({ length: 100 }, () => limit.admit(0)).filter(Boolean).length;
  t.equal(admitted, 10);
  t.equal(limit.takeDropped(), 90);
  t.equal(limit.takeDropped(), 0);
  t.ok(limit.admit(100), 'a tenth of a second earns one');
  t.notOk(limit.admit(100));
  t.notOk(limit.admit(50), 'a clock that goes back earns nothing');
});

t.test('the cap of the log holds under a flood, and nothing is torn at a rotation', async (t) => {
  const path = join(folder(t), 'logs', 'pearlctl.log');
  const file = new RotatingFile({ path, maxBytes: 10_000, maxAgeMs: DAY_MS, files: 3 });
  for (let i = 0; i < 2000; i++) await file.append(`${JSON.stringify({ i, text: 'some words' })}\n`);
  await file.close();
  const names = readdirSync(join(path, '..')).sort();
  t.same(names, ['pearlctl.log', 'pearlctl.log.1', 'pearlctl.log.2']);
  let last = -1;
  for (const name of names.reverse()) {
    const found = join(path, '..', name);
    t.ok(statSync(found).size <= 10_000, name);
    t.equal(statSync(found).mode & 0o777, 0o600);
    for (const line of readFileSync(found, 'utf8').trimEnd().split('\n')) {
      const { i } = JSON.parse(line);
      if (last !== -1 && i !== last + 1) t.fail(`${i} follows ${last}`);
      last = i;
    }
  }
  t.equal(last, 1999);
});

t.test('one file alone is kept within its cap too', async (t) => {
  const path = join(folder(t), 'only.log');
  const file = new RotatingFile({ path, maxBytes: 1000, maxAgeMs: DAY_MS, files: 1 });
  for (let i = 0; i < 100; i++) await file.append(`${i} ${'x'.repeat(50)}\n`);
  await file.close();
  t.ok(statSync(path).size <= 1000);
  t.match(readFileSync(path, 'utf8'), /^99 x/m);
});

t.test('a file whose first line is too old is put aside, however small it is, also after a restart', async (t) => {
  const path = join(folder(t), 'pearlctl.log');
  const lineOf = (ageMs: number, text: string) =>
    `${JSON.stringify({ time: new Date(Date.now() - ageMs).toISOString(), message: text })}\n`;
  const options = { path, maxBytes: 1 << 20, maxAgeMs: DAY_MS, files: 2 };
  writeFileSync(path, lineOf(DAY_MS - 60_000, 'first') + lineOf(0, 'second'));
  const young = new RotatingFile(options);
  await young.append(lineOf(0, 'third'));
  t.notOk(existsSync(`${path}.1`), 'a minute before its time');
  await young.close();
  writeFileSync(path, lineOf(DAY_MS + 60_000, 'first') + lineOf(0, 'second'));
  const old = new RotatingFile(options);
  await old.append(lineOf(0, 'third'));
  await old.append(lineOf(0, 'fourth'));
  await old.close();
  t.match(readFileSync(`${path}.1`, 'utf8'), /first.*second/s);
  t.match(readFileSync(path, 'utf8'), /^.*third.*\n.*fourth.*\n$/);
});

t.test('a file that this process began is put aside at its age, too', async (t) => {
  const path = join(folder(t), 'pearlctl.log');
  let nowMs = Date.now();
  const file = new RotatingFile({ path, maxBytes: 1 << 20, maxAgeMs: DAY_MS, files: 2, now: () => nowMs });
  await file.append('one\n');
  nowMs += DAY_MS - 1;
  await file.append('two\n');
  nowMs += 2;
  await file.append('three\n');
  await file.close();
  t.equal(readFileSync(`${path}.1`, 'utf8'), 'one\ntwo\n');
  t.equal(readFileSync(path, 'utf8'), 'three\n');
});

t.test('after a rotation by another program, a reopened log goes on in the new file', async (t) => {
  const path = join(folder(t), 'pearlctl.log');
  const logger = new Logger({
    level: 'info',
    redact: createRedactor(['geheimnis']),
    file: { path, maxBytes: 1 << 20, maxAgeMs: DAY_MS, files: 2 },
    journal: false,
    terminal: null,
  });
  logger.info('before geheimnis', { password: 'geheimnis' });
  await logger.close();
  renameSync(path, `${path}.old`);
  logger.reopen();
  logger.info('after');
  await logger.close();
  t.notMatch(readFileSync(`${path}.old`, 'utf8'), /geheimnis/);
  t.match(readFileSync(path, 'utf8'), /"after"/);
});

t.test('a sink that fails never throws; what was lost is counted and told once it works again', async (t) => {
  let broken = true;
  const written: string[] = [];
  const writer = new BoundedWriter({
    sink: async (chunk) => {
      if (broken) throw new Error('ENOSPC');
      written.push(chunk);
    },
    retryMs: 1,
    maxQueuedCharacters: 1000,
    describeLoss: (lines) => `lost ${lines}\n`,
  });
  for (let i = 0; i < 500; i++) writer.write(`line ${i}\n`);
  await writer.flush(200);
  broken = false;
  writer.write('after\n');
  await writer.flush(5000);
  const all = written.join('');
  t.match(all, /^lost \d+\n/);
  t.match(all, /after\n$/);
  const told = [...all.matchAll(/lost (\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
  const kept = [...all.matchAll(/line \d+/g)].length;
  t.equal(told + kept, 500, 'every line is written or counted');
});

t.test('a sink that never answers holds nothing up', async (t) => {
  const writer = new BoundedWriter({ sink: () => new Promise(() => undefined), describeLoss: () => '' });
  const began = performance.now();
  for (let i = 0; i < 100_000; i++) writer.write('a line of some length that fills the queue\n');
  await writer.flush(50);
  t.ok(performance.now() - began < 20_000);
});

t.test('a log that cannot be opened is no reason to stop', async (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'logs'), 'a file where the folder should be');
  const logger = new Logger({
    level: 'info',
    redact: (text) => text,
    file: { path: join(path, 'logs', 'pearlctl.log'), maxBytes: 1000, maxAgeMs: DAY_MS, files: 2 },
    journal: false,
    terminal: null,
  });
  logger.info('into nothing');
  await logger.close();
  rmSync(join(path, 'logs'));
  mkdirSync(join(path, 'logs'));
  logger.info('and there it is');
  await logger.close();
  t.match(readFileSync(join(path, 'logs', 'pearlctl.log'), 'utf8'), /there it is/);
});

t.test('a view gets the lines that the level lets through, as every other place does', async (t) => {
  const seen: string[] = [];
  const logger = new Logger({
    level: 'warn',
    redact: (text) => text,
    file: null,
    journal: false,
    terminal: null,
    onRecord: ({ message }) => seen.push(message),
  });
  logger.log('debug', 'too little');
  logger.info('little');
  logger.warn('enough');
  logger.error('more');
  await logger.close();
  t.same(seen, ['enough', 'more']);
});

t.test('the journal is recognised by its own stream only', async (t) => {
  t.notOk(isJournal({}));
  t.notOk(isJournal({ JOURNAL_STREAM: '1:2' }));
});
