import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const here = `pearlctl.${process.platform}-${process.arch}`;
const folder = resolve('dist/native');
const addon = join(folder, readdirSync(folder).find((name) => name.startsWith(here)) ?? '');

t.test('every entry point of the addon returns or throws, whatever it is called with', async (t) => {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/scripts/fuzz-addon.js', addon, '--runs', '600'],
    { encoding: 'utf8', timeout: 200_000 },
  );
  t.equal(signal, null, stderr);
  t.equal(status, 0, stderr);
  const [, returned, threw] = /600 calls of \d+ kinds: (\d+) returned, (\d+) threw/.exec(stdout) ?? [];
  t.ok(Number(returned) > 50 && Number(threw) > 50, `both happened: ${stdout}`);
});

t.test('a number of threads that no machine has is refused, not tried', async (t) => {
  const { createRequire } = await import('node:module');
  const { Miner } = createRequire(import.meta.url)(addon);
  const options = { memoryBytes: 2 ** 20, matrices: 'constant', idlePriority: false };
  for (const threads of [0, 4097, 1e9]) {
    t.throws(() => new Miner({ ...options, threads }, () => {}), { message: /threads are 1 to 4096/ });
  }
});
