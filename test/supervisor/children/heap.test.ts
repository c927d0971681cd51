import { readFileSync } from 'node:fs';
import t from 'tap';
import { CLI } from '../../cli/run-cli.ts';
import { Stage } from '../stage.ts';

const linux = process.platform === 'linux';

/** The bound of a process' heap as its command line has it, in mebibytes. */
function bound(pid: number): number {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const flag = words.find((word) => word.startsWith('--max-old-space-size='));
  // Before the program: behind it, it would be the program's argument.
  return words.indexOf(flag ?? '') === 1 ? Number(flag?.split('=')[1]) : 0;
}

t.test('gateway and miner are started with a bound on their heap', { skip: !linux && 'needs /proc' }, async (t) => {
  const stage = new Stage(t);
  const { process: supervisor, ended } = stage.start([CLI, 'supervise']);
  await stage.running();
  t.equal(bound(stage.pidOf('gateway')), 256);
  t.equal(bound(stage.pidOf('miner')), 192);
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
});

t.test('a child that leaks ends at its bound, and is started again', async (t) => {
  const stage = new Stage(t);
  stage.behave({ miner: { leak: true } });
  stage.start();
  await stage.running();
  stage.behave({});
  await stage.until('a restart', ({ children }) => children.miner.restarts === 1);
  const { lastExit: last } = (await stage.running()).children.miner;
  t.equal(last?.signal ?? last?.code, 'SIGABRT');
  t.match(last?.lines.join('\n'), /heap/i, 'with the reason on record');
});
