import t from 'tap';
import { renderReports, reportOf } from '../../../src/cli/bench-report.ts';
import { planRuns } from '../../../src/miner/bench/bench-runs.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';

const KERNELS = ['avx2', 'scalar'];
const WISH = { kernel: null, allKernels: false, threads: null };

t.test('without a wish the best kernel runs on the usual number of threads', async (t) => {
  t.same(planRuns(WISH, KERNELS, 4), [{ kernel: null, threads: 4 }]);
});

t.test('every kernel with every number of threads makes a table', async (t) => {
  t.same(planRuns({ ...WISH, allKernels: true, threads: '1, 2' }, KERNELS, 4), [
    { kernel: 'avx2', threads: 1 },
    { kernel: 'avx2', threads: 2 },
    { kernel: 'scalar', threads: 1 },
    { kernel: 'scalar', threads: 2 },
  ]);
});

t.test('what makes no sense is refused with its own code', async (t) => {
  t.throws(() => planRuns({ ...WISH, kernel: 'avx9' }, KERNELS, 1), { code: 'KERNEL_UNKNOWN', hint: /avx2, scalar/ });
  t.throws(() => planRuns({ ...WISH, kernel: 'avx2', allKernels: true }, KERNELS, 1), { code: 'USAGE' });
  for (const threads of ['0', '1.5', 'x', '', '1,,2', '-1', '1025']) {
    t.throws(() => planRuns({ ...WISH, threads }, KERNELS, 1), { code: 'USAGE' }, threads);
  }
});

t.test('a report relates the rate to the peak and to the scalar loop', async (t) => {
  const shape = { preset: 'light', ...PRESETS.light };
  const result = { kernel: 'avx2', attempts: 1.5, seconds: 5, eliminated: 0.05, memoryBytes: 1 << 20 };
  const report = reportOf(
    { ...result, macsPerSecond: 99e9, peakMacsPerSecond: 100e9, scalarMacsPerSecond: 1e9 },
    2,
    shape,
  );
  t.match(report, { fractionOfPeak: 0.99, shape: { preset: 'light', m: 16384, h: 16, w: 16 }, threads: 2 });
  t.equal(
    renderReports([report]),
    [
      'shape light: m 16384, n 12288, k 2048, rank 128, tile 16x16',
      'kernel  threads         rate  of peak  x scalar  saved',
      'avx2          2  99.0 GMAC/s   99.0 %        99  5.0 %',
      '',
    ].join('\n'),
  );
  const scalar = reportOf(
    { ...result, macsPerSecond: 1e9, peakMacsPerSecond: null, scalarMacsPerSecond: null },
    1,
    shape,
  );
  t.equal(scalar.fractionOfPeak, null);
});
