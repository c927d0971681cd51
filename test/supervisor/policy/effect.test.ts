// How soon a reason is felt: from the line of the log that tells it to the last and the first work of the mining threads. A whole
// supervisor mines beside a sensor whose layout is bound over the machine's, and asks a program for the price.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { askSupervisor } from '../../../src/supervisor/control/control-client.ts';
import { FaultStage } from '../../faults/stage.ts';
import { lasting, until } from '../../fixtures/until.ts';

const SENSORS = '/sys/class/thermal';
/** What is promised. */
const SOON_MS = 250;
/** Of a machine that runs other tests beside this one. */
const GUARD = 5;

const skip =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'needs root on Linux, to bind a layout over the sensors'
    : !existsSync(SENSORS) && `this kernel has no ${SENSORS}`;

/** Clock ticks that the threads of idle priority have worked (proc(5): fields 14, 15 and 41). */
function workedBy(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const fields = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return fields[38] === '5' ? sum + Number(fields[11]) + Number(fields[12]) : sum;
  }, 0);
}

t.setTimeout(180_000);
t.test('heat and price are felt at once', { skip }, async (t) => {
  const stage = new FaultStage();
  t.teardown(async () => {
    await stage.stop();
    await stage.close();
  });
  const sensor = stage.path('sensors', 'thermal_zone0');
  mkdirSync(sensor, { recursive: true });
  writeFileSync(`${sensor}/type`, 'x86_pkg_temp\n');
  mkdirSync(stage.path('none'));
  const heat = (celsius: number) => writeFileSync(`${sensor}/temp`, `${celsius * 1000}\n`);
  heat(50);
  for (const [name, code] of [
    ['cheap', 0],
    ['dear', 1],
  ] as const) {
    writeFileSync(stage.path(name), `#!/bin/sh\nexit ${code}\n`);
    chmodSync(stage.path(name), 0o700);
  }
  stage.configure({ rest: { profile: 'server', heat: 'off', price_command: stage.path('cheap') } });
  // The processor's own monitors would be asked first.
  const bound = `mount --bind sensors ${SENSORS} && { [ ! -d /sys/class/hwmon ] || mount --bind none /sys/class/hwmon; } && exec "$@"`;
  stage.start({ wrapper: ['unshare', '--mount', '/bin/sh', '-c', bound, 'sh'] });
  await stage.running();
  stage.hurry();
  const pid = stage.pidOf('miner');
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });

  /** Milliseconds of the clock at which the log says this, after so many lines. */
  const told = async (from: number, pattern: RegExp): Promise<number> => {
    const line = await until(String(pattern), () =>
      stage
        .log()
        .split('\n')
        .slice(from)
        .find((one) => pattern.test(one)),
    );
    return Date.parse(JSON.parse(line).time);
  };
  const lines = () => stage.log().split('\n').length - 1;
  const works = async () => {
    const before = workedBy(pid);
    await until('work', () => workedBy(pid) > before);
  };
  const pauses = async (what: string, act: () => void | Promise<void>, pattern: RegExp) => {
    await works();
    const from = lines();
    const began = Date.now();
    await act();
    // A tick is 10 ms: whoever works is seen to within two of them.
    let last = { ticks: workedBy(pid), atMs: Date.now() };
    const decided = told(from, pattern);
    await until('the end of the work', async () => {
      const ticks = workedBy(pid);
      if (ticks !== last.ticks) last = { ticks, atMs: Date.now() };
      await lasting(5);
      return Date.now() - last.atMs > 1000 && lines() > from;
    });
    const feltMs = Math.max(0, last.atMs - (await decided));
    t.comment(`${what}: told after ${(await decided) - began} ms, the last work ${feltMs} ms later`);
    t.ok(feltMs < SOON_MS * GUARD, `${what}: ${feltMs} ms`);
  };
  const resumes = async (what: string, act: () => void | Promise<void>, pattern: RegExp) => {
    const [from, began] = [lines(), Date.now()];
    const before = workedBy(pid);
    await act();
    await until('work', () => workedBy(pid) > before);
    const felt = Date.now();
    const decided = await told(from, pattern);
    t.comment(`${what}: told after ${decided - began} ms, the first work ${felt - decided} ms later`);
    t.ok(felt - decided < SOON_MS * GUARD, `${what}: ${felt - decided} ms`);
  };
  const ask = (program: string) => async () => {
    stage.configure({ rest: { price_command: stage.path(program) } });
    await askSupervisor(paths, 'reload');
  };

  await pauses('dear power', ask('dear'), /mining is paused: power is dear/);
  await resumes('cheap power', ask('cheap'), /the pause is over/);
  await pauses('heat', () => heat(95), /mining is paused: the processor is hotter/);
  // It has to be cool for half a minute, in which nothing is done.
  if (process.env.PEARLCTL_TEST_REST === 'all') await resumes('coolness', () => heat(60), /the pause is over/);
});
