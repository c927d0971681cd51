// Looks at the reasons to rest once a second and whenever one of them tells of itself, and says at once when more or less of the
// machine may work. The decisions are in `reasons.ts` and `working.ts`, what is seen is from `probes.ts`; here is the clock.
import type { Config } from '../../config/configuration.ts';
import { withProfile } from '../../config/profiles.ts';
import type { Wish } from '../../state/paused.ts';
import type { HealthItem } from '../../state/table/session-table.ts';
import { type ProbeOptions, Probes } from './probes.ts';
import { claimsAt, isOver, type Memory, type RestRules } from './reasons.ts';
import { combine, sameWorking, type Working } from './working.ts';

/**
 * Looks are at whole seconds of the wall clock, at which schedules and pauses begin and end. Files of the kernel tell no change,
 * and all that they are read for (a plug, heat, load, programs) is waited out for seconds, or is a second late at most.
 */
const LOOK_MS = 1000;

export interface PolicyOptions extends Omit<ProbeOptions, 'onChange'> {
  readonly config: Config;
  /** The pause that outlived the last supervisor, or null. */
  readonly wish: Wish | null;
  readonly onChange: (working: Working) => void;
  readonly onWishOver: () => void;
}

export class Policy {
  readonly #options: PolicyOptions;
  #config: Config;
  #wish: Wish | null;
  #memory: Memory | null = null;
  readonly #probes: Probes;
  #working: Working;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PolicyOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#wish = options.wish;
    this.#probes = new Probes({ ...options, onChange: () => this.look() });
    this.#working = this.#judge();
  }

  get working(): Working {
    return this.#working;
  }

  get wished(): Wish | null {
    return this.#wish;
  }

  start(): void {
    this.#probes.configure(this.#rules());
    this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#probes.stop();
  }

  #next(): void {
    this.#timer = setTimeout(
      () => {
        this.look();
        this.#next();
      },
      LOOK_MS - (Date.now() % LOOK_MS),
    ).unref();
  }

  wish(wish: Wish | null): void {
    this.#wish = wish;
    this.look();
  }

  configure(config: Config): void {
    this.#config = config;
    this.#probes.configure(this.#rules());
    this.look();
  }

  troubles(): HealthItem[] {
    return this.#probes.troubles(this.#rules());
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

  #rules(): RestRules {
    return withProfile(this.#config.rest, this.#options.scope);
  }

  #judge(): Working {
    const { rest, miner } = this.#config;
    const rules = this.#rules();
    const seen = { ...this.#probes.see(rules), wallMs: Date.now(), wish: this.#wish };
    const { claims, memory } = claimsAt(rules, seen, this.#memory);
    this.#memory = memory;
    return combine(claims, { full: miner.dutyPercent, light: rest.lightPercent });
  }
}
