// A bar that moves while a calibration is measured: one line on a terminal, redrawn in place and wiped away at the end; on
// anything else a line for each result.
import { formatRate } from '../../state/status/format.ts';

const BAR_WIDTH = 20;

/** `▕████████░░░░░░░░░░░░▏ 4/10  kernel avx2`, at most `width` columns. Pure. */
export function renderBar(done: number, total: number, label: string, width: number): string {
  const filled = Math.round((BAR_WIDTH * Math.min(done, total)) / Math.max(1, total));
  const bar = `▕${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}▏`;
  return `${bar} ${done}/${total}  ${label}`.slice(0, Math.max(10, width));
}

export interface ProgressStream {
  readonly columns?: number;
  write(text: string): unknown;
}

export interface CalibrationProgress {
  tell(done: number, total: number, label: string, macsPerSecond: number | null): void;
  /** Wipes the bar away. */
  end(): void;
}

/** @param live the stream is a terminal that can redraw a line. */
export function showProgress(stream: ProgressStream, live: boolean): CalibrationProgress {
  let drawn = false;
  let last = '';
  const wipe = () => {
    if (drawn) stream.write('\r\u001b[K');
    drawn = false;
  };
  return {
    tell(done, total, label, macsPerSecond) {
      const result = macsPerSecond === null ? '' : `: ${formatRate(macsPerSecond)}`;
      if (!live) {
        if (result !== '') stream.write(`${done}/${total}  ${label}${result}\n`);
        return;
      }
      if (result !== '') last = `  (${label}${result})`;
      wipe();
      stream.write(renderBar(done, total, result === '' ? `${label}${last}` : label, (stream.columns || 80) - 1));
      drawn = true;
    },
    end: wipe,
  };
}
