// What stands behind `sudo` in the lines that are told: something that sudo finds.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { asFix, fixCommand, fixText, programForRoot, sudoPearlctl } from '../../src/base/fix.ts';

t.test('the name where sudo finds it and Node, else whole paths', async (t) => {
  const folder = t.testdir({ 'cli.js': '', bin: {} });
  const put = (name: string) => {
    writeFileSync(join(folder, 'bin', name), '');
    chmodSync(join(folder, 'bin', name), 0o755);
  };
  const argv = ['/home/ada/.nvm/node', join(folder, 'cli.js')];
  const bins = [join(folder, 'none'), join(folder, 'bin')];
  t.same(programForRoot(argv, bins), argv);
  put('pearlctl');
  t.same(programForRoot(argv, bins), argv, 'its first line would look for Node in vain');
  put('node');
  t.same(programForRoot(argv, bins), ['pearlctl']);
  t.same(programForRoot(['node', 'host.js'], []), ['pearlctl'], 'a program that uses the library is not the command');
});

t.test('a fix that only root can run is shown and given to programs that way', async (t) => {
  const folder = t.testdir({ 'cli.js': '' });
  const entry = join(folder, 'cli.js');
  const [node = '', own = ''] = process.argv;
  process.argv[1] = entry;
  t.teardown(() => {
    process.argv[1] = own;
  });
  // The name alone on a machine that has pearlctl.
  const program = programForRoot([node, entry]);
  const found = asFix(sudoPearlctl('uninstall', '--purge'));
  t.equal(fixText(found, { instance: 'b' }), `sudo ${program.join(' ')} uninstall --instance b --purge`);
  t.same(fixCommand(found), ['sudo', ...program, 'uninstall', '--purge']);
});
