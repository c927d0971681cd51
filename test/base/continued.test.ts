import t from 'tap';
import { ContinuedMeter } from '../../src/base/continued.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

t.test('only a process that was continued was stopped', async (t) => {
  const meter = new ContinuedMeter();
  t.teardown(() => meter.close());
  await turn();
  t.equal(meter.take(), false);
  process.kill(process.pid, 'SIGCONT');
  await turn();
  t.equal(meter.take(), true);
  t.equal(meter.take(), false);
});
