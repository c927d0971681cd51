// `init` and `config edit` with a person at a pseudo-terminal.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { walletVerdict } from '../../../src/cli/init/wallet-verdict.ts';
import { parseConfig } from '../../../src/config/configuration.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { DEVNET } from '../../doctor/stage.ts';
import { OTHER_UID, openFolder, openNode, openProgram } from '../../fixtures/other-account.ts';
import { BRIEF_TRIALS, runCli } from '../run-cli.ts';
import { person, play, type Step } from './play.ts';

// A calibration takes some seconds of processor time on each core, which a loaded machine gives slowly.
t.setTimeout(600_000);

const ENTER = '\r';
const DOWN = '\u001b[B';

const wallet = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');

t.test(
  'init asks a few questions, judges the wallet while it is typed, shows the file, and writes it',
  { skip: person },
  async (t) => {
    const home = t.testdir();
    const typo = `${wallet.slice(0, -1)}${wallet.endsWith('q') ? 'p' : 'q'}`;
    const { code, shown } = await play(
      home,
      ['init'],
      [
        ['Which network?', ENTER],
        ['Where do jobs come from?', ENTER],
        ['Which pool?', `stratum+ssl://pool.example.com:3333${ENTER}`],
        ['63 characters', typo],
        ['checksum of the wallet address is wrong', '\u007f'],
        ['1 more characters', wallet.slice(-1)],
        ['✓ valid on mainnet', ENTER],
        ['What is this machine called', `desk${ENTER}`],
        ['How much of the machine?', DOWN],
        ['●', ENTER],
        ['Measure the rate, income and power', 'n'],
        ['Write this?', ENTER],
      ],
    );
    t.equal(code, 0, shown);
    const path = join(home, 'pearlctl.ini');
    t.match(shown, 'Next: pearlctl run');
    t.match(parseConfig(readFileSync(path, 'utf8'), path), {
      network: 'mainnet',
      miner: { wallet, worker: 'desk', threads: { kind: 'percent', percent: 50 } },
      pool: { urls: [{ host: 'pool.example.com' }] },
    });
    t.equal(statSync(path).mode & 0o777, 0o600);
  },
);

t.test('init again offers what is configured, so that Enter alone changes nothing', { skip: person }, async (t) => {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  const pools = ['a', 'b'].flatMap((name) => ['--pool', `stratum+tcp://${name}.example:1`]);
  const flags = ['--wallet', wallet, '--threads', '3', '--worker', 'desk', ...pools];
  t.equal((await runCli(['init', '--yes', ...flags], { home })).code, 0);
  // What `init` never asks about, in a person's own hand.
  const own = readFileSync(path, 'utf8')
    .replace('threads = 3\n', 'threads = 3\n# mine\nmemory = 64M ; enough\n')
    .replace('[pool]\n', '[pool]\npass = secret\n');
  writeFileSync(path, `${own}[pool.spare]\nurl = stratum+tcp://c.example:1\npass = d=5\n[logs]\nlevel = warn\n`);
  const kept = readFileSync(path, 'utf8');
  const steps: Step[] = [
    ['Which network?', ENTER],
    ['Where do jobs come from?', ENTER],
    ['Mine with stratum+tcp://a.example:1, then stratum+tcp://b.example:1, then spare, as now?', ENTER],
    ['Pay prl1p', ENTER],
    ['What is this machine called', ENTER],
    ['3, as now', ENTER],
  ];
  const same = await play(home, ['init', '--no-calibrate'], steps);
  t.match(same, { code: 0, shown: /nothing was changed/ }, same.shown);
  t.equal(readFileSync(path, 'utf8'), kept);
  const node = ['init', '--no-calibrate', '--gateway', 'external'];
  const other = await play(home, node, [
    ['Which network?', ENTER],
    ['Where is your Pearl node?', `http://h:1${ENTER}`],
    ['Pay prl1p', ENTER],
    ['3, as now', `${DOWN}${ENTER}`],
    ['[miner] threads: 3 → auto', ''],
    ['[gateway] kind: pool → external', ''],
    ['[pearld] rpc_url: http://h:1', ''],
    ['Write this?', ENTER],
  ]);
  t.equal(other.code, 0, other.shown);
  t.notMatch(other.shown, 'A pool (steady', 'only what goes with the flags is offered');
  t.equal(readFileSync(`${path}.bak`, 'utf8'), kept);
  const edited = kept.replace('threads = 3', 'threads = auto').replace('kind = pool', 'kind = external');
  t.equal(readFileSync(path, 'utf8'), `${edited}\n[pearld]\nrpc_url = http://h:1\n`, 'nothing else changed');
});

t.test(
  'on the devnet it makes an address up, and measures the machine before it writes',
  { skip: person },
  async (t) => {
    const home = t.testdir();
    const { code, shown } = await play(
      home,
      ['init', '--network', 'devnet', '--threads', '1'],
      [
        ['worth nothing', ENTER],
        ['Measure the rate, income and power', ENTER],
        ['Write this?', ENTER],
      ],
      BRIEF_TRIALS,
    );
    t.equal(code, 0, shown);
    t.match(shown, 'The wallet is made up');
    t.match(shown, /▕█+░*▏ \d+\/\d+/, 'a bar moves');
    t.match(shown, /MAC\/s \(± \d+ % over three runs\), kernel \w+, 1 thread/);
    t.match(shown, /A block about every 2 s/);
    t.match(shown, / W more, | does not tell | root alone | mains power/, 'what it costs, or that it does not tell');
    t.ok(existsSync(join(home, 'state', 'calibration.json')));
  },
);

t.test(
  'Ctrl-C while it measures ends the measuring alone, and what was typed meanwhile answers no question',
  { skip: person },
  async (t) => {
    const home = t.testdir();
    const args = ['init', '--network', 'devnet', '--threads', '1', '--calibrate'];
    const { code, shown } = await play(home, args, [
      ['worth nothing', ENTER],
      ['▏ 1/', `${ENTER}${ENTER}\u0003`],
      ['The measurement was ended', ''],
      ['Write this?', 'n'],
    ]);
    t.equal(code, 2, shown);
    t.match(shown, 'Start again with: pearlctl init');
    t.same(readdirSync(home), []);
  },
);

t.test('on a terminal that cannot redraw the questions are plain lines', { skip: person }, async (t) => {
  const home = t.testdir();
  const steps: Step[] = [
    ['Number [1]: ', `9${ENTER}`],
    ['a number from 1 to', ENTER],
    ['1  A pool (steady', ENTER],
    ['Which pool?', `nowhere${ENTER}`],
    ['nowhere', `stratum+ssl://pool.example.com:3333${ENTER}`],
    ['> ', `${wallet.slice(0, -1)}${ENTER}`],
    ['1 more characters', `${wallet}${ENTER}`],
    ['called at the pool? [pearlctl]', ENTER],
    ['2  Half of the cores', `2${ENTER}`],
    ['(half a minute; Ctrl-C ends it) [Y/n] ', `n${ENTER}`],
    ['[miner] threads: 50%', ''],
    ['Write this? [Y/n]', ENTER],
  ];
  const { code, shown } = await play(home, ['init'], steps, { TERM: 'dumb' });
  t.equal(code, 0, shown);
  t.notMatch(shown, '\u001b', 'no escape sequence');
  t.match(readFileSync(join(home, 'pearlctl.ini'), 'utf8'), /threads = 50%/);
});

t.test('who may not write the configuration is told before the first question', { skip: person }, async (t) => {
  const skip = process.getuid?.() !== 0 && 'needs root, to be another account';
  if (skip) return t.comment(skip);
  const folder = openFolder(t);
  const words = ['setpriv', '--reuid', String(OTHER_UID), '--regid', String(OTHER_UID), '--clear-groups'];
  const env = { PEARLCTL_HOME: '' };
  const { code, shown } = await play(folder, ['init', '--scope', 'system'], [], env, [
    ...words,
    openNode(folder),
    openProgram(folder),
  ]);
  t.equal(code, 77, shown);
  t.match(shown, /Only root can write .*\/etc\/pearlctl.*\r\n {2}Type: sudo .*init --scope system/);
});

t.test('Ctrl-C and Ctrl-D write nothing, say so, and give the cursor back', { skip: person }, async (t) => {
  const home = t.testdir();
  for (const key of ['\u0003', '\u0004']) {
    const { code, shown } = await play(home, ['init'], [['Which network?', key]]);
    t.equal(code, 2);
    t.match(shown, /\u001b\[\?25h.*nothing was written/s);
    t.notOk(existsSync(join(home, 'pearlctl.ini')));
  }
});

t.test('a terminal that says it has no columns gets plain lines', { skip: person }, async (t) => {
  const steps: Step[] = [['Number [1]: ', '\u0004']];
  const { code, shown } = await play(t.testdir(), ['init'], steps, { PERSON_SCREEN: '0x0' });
  t.equal(code, 2, shown);
  t.match(shown, /6 {2}devnet.*nothing was written/s);
});

t.test(
  'config edit opens the editor with its arguments, shows the change, and writes only what is right',
  { skip: person },
  async (t) => {
    const home = t.testdir();
    const path = join(home, 'pearlctl.ini');
    writeFileSync(path, DEVNET, { mode: 0o640 });
    // An editor with a blank in its path and an argument: it appends that to the file.
    const editor = join(home, 'my editor.mjs');
    writeFileSync(
      editor,
      "import { appendFileSync } from 'node:fs'; appendFileSync(process.argv[3], process.argv[2] + '\\n');",
    );
    const VISUAL = (text: string) => `${process.execPath} "${editor}" '${text}'`;
    const good = await play(home, ['config', 'edit'], [], { VISUAL: VISUAL('[logs]') });
    t.match(good, { code: 0, shown: /\+ \[logs\]/ });
    t.equal(readFileSync(path, 'utf8'), `${DEVNET}[logs]\n`);
    t.equal(statSync(path).mode & 0o777, 0o640);
    const bad = await play(home, ['config', 'edit'], [['Edit again?', 'n']], { VISUAL: VISUAL('level = loud') });
    t.match(bad, { code: 78, shown: /level must be/ });
    const failing = await play(home, ['config', 'edit'], [], { VISUAL: `${process.execPath} -e 'process.exit(3)'` });
    t.match(failing, { code: 2, shown: /nothing was changed/ });
    const open = await play(home, ['config', 'edit'], [], { VISUAL: 'vi "open' });
    t.match(open, { code: 2, shown: /is no command/ });
    t.equal(readFileSync(path, 'utf8'), `${DEVNET}[logs]\n`, 'and nothing of all that was written');
  },
);

t.test('an address is judged while it is typed', async (t) => {
  for (const [typed, state, text] of [
    ['', 'empty', /prl1p…, 63 characters/],
    ['p', 'partial', /62 more/],
    [wallet.slice(0, -1), 'partial', /^1 more/],
    [wallet, 'valid', /mainnet/],
    [` ${wallet} `, 'valid', /mainnet/],
    [wallet.toUpperCase(), 'valid', /mainnet/],
    [`${wallet}q`, 'wrong', /checksum|long/],
    ['bc1p', 'wrong', /no prefix of Pearl|short/],
    [walletFromProgram(Buffer.alloc(32, 2), 'testnet'), 'wrong', /testnet/],
  ] as const) {
    t.match(walletVerdict(typed, 'mainnet'), { state, text }, typed);
  }
});
