// Editing keeps everything that a person wrote, and what was set reads back.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { nearest } from '../../src/base/nearest.ts';
import { parseConfig } from '../../src/config/configuration.ts';
import { editConfig } from '../../src/config/edit-line.ts';
import { effectiveKeys } from '../../src/config/effective.ts';
import { splitPath } from '../../src/config/key-names.ts';
import { renderConfig } from '../../src/config/new-file.ts';
import { scan } from '../../src/config/scan-lines.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const text = `; my rig
network = mainnet   ; the real one

[miner]
worker=desk# not a comment`.replace(
  'desk# not a comment',
  '"desk"  # on the desk\n\n[pool]\n; first\nurl[] = stratum+tcp://a:1 ; main\n; second\nurl[] = stratum+tcp://b:2\n# end\n',
);

const edits: [title: string, section: string, key: string, value: string | string[] | null, expected: string][] = [
  ['a value before a comment is replaced', '', 'network', 'devnet', text.replace('mainnet ', 'devnet ')],
  ['a value in quotes is replaced', 'miner', 'worker', 'attic', text.replace('"desk"', 'attic')],
  [
    'a key is added after the last of its section',
    'miner',
    'threads',
    '50%',
    text.replace('desk\n', 'desk\nthreads = 50%\n'),
  ],
  ['a section is added at the end', 'logs', 'level', 'debug', `${text}\n[logs]\nlevel = debug\n`],
  ['a key is removed with its line', 'miner', 'worker', null, text.replace('worker="desk"  # on the desk\n', '')],
  ['a key that is not there is removed without a trace', 'miner', 'threads', null, text],
  [
    'a list gets longer',
    'pool',
    'url',
    ['stratum+tcp://a:1', 'stratum+tcp://b:2', 'stratum+tcp://c:3'],
    text.replace('b:2\n', 'b:2\nurl[] = stratum+tcp://c:3\n'),
  ],
  [
    'a list gets shorter',
    'pool',
    'url',
    ['stratum+tcp://c:3'],
    text.replace('tcp://a:1', 'tcp://c:3').replace('url[] = stratum+tcp://b:2\n', ''),
  ],
  ['a list goes', 'pool', 'url', null, text.replace(/url\[\].*\n/g, '')],
  [
    'a value that needs quotes gets them',
    'pool',
    'pass',
    'a;b "c" \\',
    text.replace('b:2\n', 'b:2\npass = "a;b \\"c\\" \\\\"\n'),
  ],
];

for (const [title, section, key, value, expected] of edits) {
  t.test(title, async (t) => {
    t.equal(editConfig(text, section, key, value), expected);
    t.equal(editConfig(text.replaceAll('\n', '\r\n'), section, key, value), expected.replaceAll('\n', '\r\n'));
  });
}

t.test('files with nothing, no last line end, a byte order mark or an empty value are edited too', async (t) => {
  t.equal(editConfig('', '', 'network', 'devnet'), 'network = devnet\n');
  t.equal(editConfig('', 'miner', 'worker', 'a'), '[miner]\nworker = a\n');
  t.equal(editConfig('[miner]', 'miner', 'worker', 'a'), '[miner]\nworker = a\n');
  t.equal(editConfig('[miner]\nworker = b', 'miner', 'worker', null), '[miner]\n');
  t.equal(editConfig('\uFEFF[miner]\n', '', 'network', 'devnet'), '\uFEFFnetwork = devnet\n[miner]\n');
  t.equal(editConfig('\uFEFFnetwork = devnet\n', '', 'network', null), '\uFEFF');
  t.equal(editConfig('network =', '', 'network', 'devnet'), 'network = devnet');
  t.equal(editConfig('network = ; which?', '', 'network', 'devnet'), 'network = devnet ; which?');
});

t.test('unknown keys and values of another kind are refused before anything changes', async (t) => {
  t.throws(() => editConfig(text, 'miner', 'wroker', 'a'), { code: 'CONFIG_UNKNOWN_KEY', hint: /miner\.worker/ });
  t.throws(() => editConfig(text, '__proto__', 'x', 'a'), { code: 'CONFIG_UNKNOWN_KEY' });
  t.throws(() => editConfig(text, 'miner', 'threads', 'many'), { code: 'CONFIG_INVALID', hint: /75%/ });
  t.throws(() => editConfig(text, 'miner', 'threads', ['1', '2']), { code: 'CONFIG_INVALID' });
  t.throws(() => editConfig(text, 'pool', 'pass', 'a\nb'), { code: 'CONFIG_INVALID' });
  t.throws(() => editConfig('[miner', 'miner', 'threads', '1'), { code: 'CONFIG_SYNTAX', line: 1 });
});

t.test('what is set reads back, nothing else changes, and setting it again changes nothing', async () => {
  const line = fc.constantFrom(
    '; note',
    '',
    '[miner]',
    '[pool]',
    '[logs]',
    'network = devnet',
    'worker = a ; b',
    'worker = ; note',
    'pass =# note',
    'pass = "x;y"',
    'url[] = stratum+tcp://a:1',
    'level = info',
    '  threads   =   2',
  );
  const file = fc.tuple(fc.array(line, { maxLength: 10 }), fc.constantFrom('\n', '\r\n'), fc.boolean());
  const change = fc.oneof(
    fc.tuple(fc.constant('pool'), fc.constant('pass'), fc.option(fc.string({ maxLength: 40 }))),
    fc.tuple(fc.constant('miner'), fc.constant('worker'), fc.option(fc.stringMatching(/^[a-z.-]{1,9}$/))),
    fc.tuple(fc.constant(''), fc.constant('network'), fc.option(fc.constantFrom('mainnet', 'regtest'))),
  );
  const count = (source: string) => source.match(/[;#] note/g)?.length;
  fc.assert(
    fc.property(file, change, ([lines, feed, ends], [section, key, value]) => {
      const before = lines.join(feed) + (ends ? feed : '');
      let after: string;
      try {
        after = editConfig(before, section, key, value);
      } catch (error) {
        return error instanceof PearlError;
      }
      const isMine = (entry: { section: string; key: string }) => entry.section === section && entry.key === key;
      const others = (source: string) =>
        scan(source, 'x')
          .entries.filter((entry) => !isMine(entry))
          .map((entry) => [entry.section, entry.key, entry.value]);
      const mine = scan(after, 'x')
        .entries.filter(isMine)
        .map((entry) => entry.value);
      return (
        JSON.stringify(mine) === JSON.stringify(value === null ? [] : [value]) &&
        JSON.stringify(others(after)) === JSON.stringify(others(before)) &&
        (value === null || count(after) === count(before)) &&
        editConfig(after, section, key, value) === after
      );
    }),
    { numRuns: 1000 },
  );
});

t.test('a path names a section and a key', async (t) => {
  t.same(splitPath('network'), { section: '', key: 'network' });
  t.same(splitPath('pool.url[]'), { section: 'pool', key: 'url' });
  t.same(splitPath('supervisor.miner.limit'), { section: 'supervisor.miner', key: 'limit' });
});

t.test('a new file says what each line is for, and reads back as it was meant', async (t) => {
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  const urls = ['stratum+ssl://a:1', 'stratum+tcp://b:2'];
  const rendered = renderConfig({
    '': { network: 'mainnet' },
    pool: { url: urls, pass: 'd=1;x' },
    miner: { wallet, threads: '50%' },
  });
  const config = parseConfig(rendered, 'x.ini');
  t.match(config, { network: 'mainnet', miner: { wallet, threads: { percent: 50 } }, pool: { pass: 'd=1;x' } });
  t.same(
    config.pool.urls.map(({ name }) => name),
    urls,
  );
  t.ok(rendered.indexOf('[miner]') < rendered.indexOf('[pool]'));
  t.equal(rendered.match(/^#.{0,99}$/gm)?.length, rendered.match(/^#/gm)?.length, 'comments stay within the width');
  t.throws(() => renderConfig({ miner: { worker: 'a\u2028b' } }), { code: 'CONFIG_INVALID', key: 'miner.worker' });
});

t.test('every key is shown with its value and where it comes from, and no password', async (t) => {
  const keys = effectiveKeys(`${text}pass = hunter2\n`, 'x.ini');
  const of = (section: string, key: string) => keys.find((one) => one.section === section && one.key === key);
  t.match(of('miner', 'worker'), { value: 'desk', origin: 'file', line: 5 });
  t.match(of('miner', 'threads'), { value: 'auto', origin: 'default', line: null });
  t.match(of('gateway', 'kind'), { value: null, origin: 'default', whenUnset: /devnet on devnet/ });
  t.match(of('pool', 'url'), { value: ['stratum+tcp://a:1', 'stratum+tcp://b:2'], origin: 'file', line: 9 });
  t.match(of('gateway', 'command'), { value: [], origin: 'default' });
  t.notMatch(JSON.stringify(keys), /hunter2/);
  t.throws(() => effectiveKeys('[miner]\nthreads = x', 'x.ini'), { code: 'CONFIG_INVALID', line: 2 });
});

t.test('the nearest name is one that could be meant', async (t) => {
  const names = ['wallet', 'worker', 'threads', 'metrics_port'];
  t.equal(nearest('walet', names), 'wallet');
  t.equal(nearest('WALLET', names), 'wallet');
  t.equal(nearest('thraeds', names), 'threads');
  t.equal(nearest('metrcs-port', names), 'metrics_port');
  t.equal(nearest('x', names), undefined);
  t.equal(nearest('something', names), undefined);
  t.equal(nearest('w'.repeat(60_000), names), undefined);
});
