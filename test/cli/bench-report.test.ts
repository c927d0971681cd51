// What bench prints of its figures.
import t from 'tap';
import { type BenchReport, renderReports, reportLines } from '../../src/cli/bench-report.ts';

const run: BenchReport = {
  kernel: 'avx2',
  threads: 2,
  shape: { preset: 'light', m: 16384, n: 12288, k: 2048, rank: 128, h: 16, w: 16 },
  macsPerSecond: 162.14e9,
  peakMacsPerSecond: 115.06e9,
  fractionOfPeak: 162.14 / 115.06,
  scalarMacsPerSecond: 2.4e9,
  attempts: 3,
  seconds: 5,
  eliminated: 0.052,
};
const machine = { version: '0.1.0', processor: 'AMD  "EPYC"\n9B14 \u00ae', cores: 2, platform: 'linux x64' };

t.test('a report is one line for each run, whatever the processor calls itself', async (t) => {
  t.equal(
    reportLines([run], machine),
    'pearlctl 0.1.0, "AMD EPYC 9B14", 2 cores, linux x64, avx2, threads 2, light, 162.1 GMAC/s, peak 115.1, fraction 1.409',
  );
  const scalar = { ...run, kernel: 'scalar', peakMacsPerSecond: null, fractionOfPeak: null };
  const lines = reportLines([run, scalar], { ...machine, processor: '' }).split('\n');
  t.equal(lines.length, 2);
  t.match(lines[1], /^pearlctl 0\.1\.0, "unknown", .* scalar, threads 2, light, 162\.1 GMAC\/s, peak -, fraction -$/);
});

t.test('a table says the shape once and each kernel in a line', async (t) => {
  t.match(renderReports([run]), /^shape light: m 16384, n 12288, k 2048, rank 128, tile 16x16\n.*\navx2 .*140\.9 %/);
});
