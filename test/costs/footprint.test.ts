// Half a per cent of one core and 130 MB are promised on a machine at rest, over a minute; the guard for processor time is
// five times that, over less, since the tests of everything else run beside it.
import t from 'tap';
import { measureFootprint } from './footprint.ts';

t.setTimeout(300_000);

const PROMISED_CORE_PERCENT = 0.5;
const PROMISED_MEBIBYTES = 130;

t.test(
  'supervisor and gateway cost next to nothing while the miner works for a pool',
  { skip: process.platform === 'linux' ? false : 'the figures are those of /proc' },
  async (t) => {
    const { corePercent, pssMebibytes, shares } = await measureFootprint(20);
    t.comment(`${corePercent.toFixed(2)} % of a core, ${pssMebibytes.toFixed(0)} MiB, ${shares} shares`);
    t.ok(corePercent < 5 * PROMISED_CORE_PERCENT, `${corePercent.toFixed(2)} %`);
    t.ok(pssMebibytes < PROMISED_MEBIBYTES, `${pssMebibytes.toFixed(0)} MiB`);
  },
);
