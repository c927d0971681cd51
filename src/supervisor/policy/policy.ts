// Looks at the reasons to rest once a second, and says at once when more or less of the machine may work. The decisions are in
// `reasons.ts` and `working.ts`; here are the clock and the files of the system.
import { performance } from 'node:perf_hooks';
import { fix, pearlctl } from '../../base/fix.ts';
import type { Scope } from '../../base/instance.ts';
import type { Config } from '../../config/configuration.ts';
import { withProfile } from '../../config/profiles.ts';
import type { SystemFiles } from '../../miner/system-files.ts';
import type { Wish } from '../../state/paused.ts';
import type { HealthItem } from '../../state/table/session-table.ts';
import { readPowerSupply } from './power-supply.ts';
import { claimsAt, isOver, type Memory, type RestRules, type Seen } from './reasons.ts';
import { runningProgram, seesPrograms } from './running-program.ts';
import { readHeat } from './temperature.ts';
import { combine, sameWorking, type Working } from './working.ts';

/** Looks are at whole seconds of the wall clock, at which schedules and pauses begin and end. */
const LOOK_MS = 1000;

const UNSEEN = fix`Pause it when they start with: ${pearlctl('pause')}, or mine with: ${pearlctl('run')}`;

export interface PolicyOptions {
  readonly config: Config;
  readonly scope: Scope;
  readonly files: SystemFiles;
  /** The pause that outlived the last supervisor, or null. */
  readonly wish: Wish | null;
  readonly onChange: (working: Working) => void;
  /** The time of a pause is over. */
  readonly onWishOver: () => void;
}

export class Policy {
  readonly #options: PolicyOptions;
  #config: Config;
  #wish: Wish | null;
  #memory: Memory | null = null;
  #throttled: { count: number | null; atMs: number | null } = { count: null, atMs: null };
  #working: Working;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PolicyOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#wish = options.wish;
    this.#working = this.#judge();
  }

  get working(): Working {
    return this.#working;
  }

  /** The pause that is asked for, or null. */
  get wished(): Wish | null {
    return this.#wish;
  }

  start(): void {
    this.#timer = setTimeout(
      () => {
        this.look();
        this.start();
      },
      LOOK_MS - (Date.now() % LOOK_MS),
    ).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  wish(wish: Wish | null): void {
    this.#wish = wish;
    this.look();
  }

  configure(config: Config): void {
    this.#config = config;
    this.look();
  }

  /** A reason that is set and cannot be seen from here. */
  troubles(): HealthItem[] {
    const { programs, beside } = this.#config.rest;
    if (programs.length === 0 || beside === 'full' || seesPrograms(this.#options.files)) return [];
    const text = '[rest] programs has no effect: this service does not see the programs of the machine.';
    return [{ id: 'programs-unseen', text, fix: UNSEEN }];
  }

  look(): void {
    if (this.#wish !== null && isOver(this.#wish, Date.now())) {
      this.#wish = null;
      this.#options.onWishOver();
    }
    const before = this.#working;
    this.#working = this.#judge();
    if (!sameWorking(before, this.#working)) this.#options.onChange(this.#working);
  }

  #judge(): Working {
    const { rest, miner } = this.#config;
    const rules = withProfile(rest, this.#options.scope);
    const { claims, memory } = claimsAt(rules, this.#see(rules), this.#memory);
    this.#memory = memory;
    return combine(claims, { full: miner.dutyPercent, light: rest.lightPercent });
  }

  /** Only what a reason goes by is read. */
  #see(rules: RestRules): Seen {
    const { files } = this.#options;
    const nowMs = performance.now();
    const heat = rules.heat === 'full' ? null : readHeat(files);
    const { count, atMs } = this.#throttled;
    const throttled = heat?.throttled ?? null;
    const isSlower = throttled !== null && count !== null && throttled > count;
    this.#throttled = { count: throttled, atMs: isSlower ? nowMs : atMs };
    return {
      nowMs,
      wallMs: Date.now(),
      wish: this.#wish,
      program: rules.beside === 'full' ? null : runningProgram(files, rules.programs),
      supply: rules.battery === 'full' ? null : readPowerSupply(files),
      celsius: heat?.celsius ?? null,
      throttledAgoMs: this.#throttled.atMs === null ? null : nowMs - this.#throttled.atMs,
    };
  }
}
