import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCli } from '../run-cli.ts';
import { vectorCases } from '../verify/vectors.ts';

const home = t.testdir();
const cases = vectorCases();

function answers(stdout: string): { id: unknown; valid: boolean; reason: string | null }[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

t.test('a batch judges every public vector, in order', async (t) => {
  const input = cases.map(({ question }) => `${JSON.stringify(question)}\n`).join('');
  const { code, stdout, stderr } = await runCli(['verify', '--batch'], { home, input });
  t.equal(code, 0);
  t.equal(stderr, '');
  const given = answers(stdout);
  t.same(
    given.map(({ id }) => id),
    cases.map(({ question }) => question.id),
  );
  for (const [i, { question, valid }] of cases.entries()) {
    const answer = given[i];
    if (valid !== null) t.equal(answer?.valid, valid, question.id);
    t.equal(answer?.reason === null, answer?.valid, `${question.id} has a reason exactly when it is refused`);
  }
});

t.test('a batch answers what it cannot read, and goes on', async (t) => {
  const good = cases[0]?.question;
  const line = JSON.stringify(good);
  const input = [
    'not json',
    '',
    '[1]',
    JSON.stringify({ ...good, header: 'ff' }),
    JSON.stringify({ ...good, cert_version: 4 }),
    JSON.stringify({ ...good, cert_version: -1 }),
    JSON.stringify({ ...good, cert_version: 2 ** 40 }),
    'x'.repeat(17 << 20),
    line,
  ].join('\n');
  const { code, stdout } = await runCli(['verify', '--batch'], { home, input });
  t.equal(code, 0);
  const unread = { id: null, valid: false, reason: 'input' };
  const version = { id: good?.id, valid: false, reason: 'cert_version' };
  t.same(answers(stdout), [
    unread,
    unread,
    unread,
    { ...unread, id: good?.id },
    version,
    version,
    version,
    unread,
    { id: good?.id, valid: true, reason: null },
  ]);
});

t.test('an empty batch is fine', async (t) => {
  t.same(await runCli(['verify', '--batch'], { home, input: '' }), { code: 0, stdout: '', stderr: '' });
});

t.test('a single proof is judged from a file, as text or bytes, and from standard input', async (t) => {
  const found = cases.find(({ valid, question }) => valid && question.rank_penalty) ?? cases[0];
  if (!found) throw new Error('no vectors');
  const { header, cert_version, rank_penalty, nbits = '', proof } = found.question;
  writeFileSync(join(home, 'proof.b64'), `${proof}\n`);
  writeFileSync(join(home, 'proof.bin'), Buffer.from(proof, 'base64'));
  const terms = [
    '--header',
    header,
    '--cert-version',
    String(cert_version),
    ...(rank_penalty ? ['--rank-penalty'] : []),
  ];
  for (const file of ['proof.b64', 'proof.bin']) {
    const run = await runCli(['verify', ...terms, '--nbits', nbits, '--proof', join(home, file)], { home });
    t.match(run, { code: 0, stdout: /^valid: hash [0-9a-f]{64}\n$/, stderr: '' }, file);
  }
  const target = 'f'.repeat(64);
  const easy = await runCli(['verify', ...terms, '--target', target, '--proof', '-', '--json'], { home, input: proof });
  t.equal(easy.code, 0);
  t.match(JSON.parse(easy.stdout), { valid: true, reason: null, message: null, hash: /^[0-9a-f]{64}$/ });
  const impossible = ['verify', ...terms, '--target', '0'.repeat(64), '--proof', join(home, 'proof.b64')];
  t.match(await runCli(impossible, { home }), { code: 1, stdout: /^not valid: .* \(target\)\n$/, stderr: '' });
  const wrongVersion = [
    'verify',
    '--header',
    header,
    '--cert-version',
    '9',
    '--nbits',
    nbits,
    '--proof',
    join(home, 'proof.b64'),
  ];
  t.match(await runCli(wrongVersion, { home }), { code: 1, stdout: /\(cert_version\)\n$/ });
});

t.test('a question that is not well asked is a usage error with a hint, and judges nothing', async (t) => {
  const header = ['--header', '00'.repeat(76)];
  const version = ['--cert-version', '3'];
  const nbits = ['--nbits', '1d00ffff'];
  const proof = ['--proof', '-'];
  for (const args of [
    [],
    [...version, ...nbits, ...proof],
    [...header, ...nbits, ...proof],
    [...header, ...version, ...proof],
    [...header, ...version, ...nbits],
    [...header, ...version, ...nbits, '--target', '0'.repeat(64), ...proof],
    ['--header', '00', ...version, ...nbits, ...proof],
    [...header, '--cert-version', 'three', ...nbits, ...proof],
    [...header, '--cert-version', '1.5', ...nbits, ...proof],
    [...header, ...version, '--nbits', '0x1d00ff', ...proof],
    [...header, ...version, '--target', 'ff', ...proof],
    [...header, ...version, ...nbits, '--proof', join(home, 'nowhere')],
    [...header, ...version, ...nbits, '--proof', home],
    ['--batch', ...header],
    ['--batch', 'extra'],
  ]) {
    const run = await runCli(['verify', ...args], { home, input: '' });
    t.match(run, { code: 2, stdout: '', stderr: /^pearlctl: [^\n]+\.\n {2}[^\n]+\n$/ }, args.join(' ').slice(0, 60));
  }
});
