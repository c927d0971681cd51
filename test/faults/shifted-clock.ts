// Clocks that a row may set, for its own processes alone: a small library is built with the machine's C compiler and
// preloaded into all of them (test/fixtures/clock). The machine's own clocks are never touched.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FaultStage } from './stage.ts';

const HOUR_SECONDS = 3600;

export class ShiftedClock {
  readonly #file: number;
  /** Goes in front of the supervisor's command. */
  readonly wrapper: readonly string[];

  constructor(stage: FaultStage) {
    const library = stage.path('clock.so');
    const source = resolve('test/fixtures/clock/shift.c');
    const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`cc: ${built.stderr}`);
    const scratch = stage.path('clock.d');
    mkdirSync(scratch);
    writeFileSync(stage.path('clock'), Buffer.alloc(16));
    this.#file = openSync(stage.path('clock'), 'r+');
    stage.afterwards(() => {
      closeSync(this.#file);
      rmSync(scratch, { recursive: true, force: true });
    });
    this.wrapper = ['unshare', '--mount', resolve('test/fixtures/clock/enter.sh'), library, scratch];
  }

  /** Sets the wall clock to so many hours from the true time. */
  setWall(hours: number): void {
    this.#write(0, hours * HOUR_SECONDS);
  }

  /** What a sleep of so many hours does to the clocks: the monotonic one has not noticed it. */
  sleepFor(hours: number): void {
    this.#write(0, hours * HOUR_SECONDS);
    this.#write(8, hours * HOUR_SECONDS);
  }

  #write(offset: number, seconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds) * 1_000_000_000n);
    writeSync(this.#file, bytes, 0, 8, offset);
  }
}

/** Files of the clock's own in the home. */
export const CLOCK_FILES = /^clock(\.so)?$/;
