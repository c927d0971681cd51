// What there is to see at one moment, of those reasons alone that a rule goes by: files of the system are read at each look, and
// what tells by itself (presence, the network, a price command) is watched, and asks for a look at once.
import { fix, pearlctl } from '../../base/fix.ts';
import type { Scope } from '../../base/instance.ts';
import type { SystemFiles } from '../../miner/system-files.ts';
import type { HealthItem } from '../../state/table/session-table.ts';
import type { BusWatch } from './bus/bus-watch.ts';
import { watchMetered } from './metered.ts';
import { type LoadCounts, loadBetween, type OthersLoad, readLoad } from './others-load.ts';
import { readPowerSupply } from './power-supply.ts';
import { PresenceWatch } from './presence/presence-watch.ts';
import { PriceCommand } from './price-command.ts';
import type { RestRules, Seen } from './reasons.ts';
import { runningProgram, seesPrograms } from './running-program.ts';
import { readHeat } from './temperature.ts';

const UNSEEN = fix`Pause it when they start with: ${pearlctl('pause')}, or mine with: ${pearlctl('run')}`;
const NO_PRESENCE = fix`Pause it with: ${pearlctl('pause', '--for', '2h')}, or say when it mines: [rest] schedule`;
const NO_PRICE = fix`Run the command as the service's account, and see why, or: ${pearlctl('config', 'unset', 'rest.price_command')}`;

export interface ProbeOptions {
  readonly scope: Scope;
  readonly files: SystemFiles;
  readonly env: NodeJS.ProcessEnv;
  /** Our own processes, whose load is none of others. */
  readonly pids: () => readonly number[];
  /** Something may be different: look now. */
  readonly onChange: () => void;
}

export class Probes {
  readonly #options: ProbeOptions;
  #presence: PresenceWatch | null = null;
  #metered: BusWatch<boolean> | null = null;
  #price: PriceCommand | null = null;
  #throttled: { count: number | null; atMs: number | null } = { count: null, atMs: null };
  #counts: LoadCounts | null = null;
  #load: OthersLoad | null = null;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** Begins and ends the watches that these rules take. */
  configure({ presence, awayAfterMs, metered, price, priceCommand }: RestRules): void {
    const { onChange } = this.#options;
    if (presence === 'full' || this.#presence?.awayAfterMs !== awayAfterMs) {
      this.#presence?.stop();
      this.#presence = presence === 'full' ? null : new PresenceWatch({ ...this.#options, awayAfterMs });
    }
    if (metered === 'full') this.#metered?.stop();
    this.#metered = metered === 'full' ? null : (this.#metered ?? watchMetered(onChange));
    const program = price === 'full' ? null : priceCommand;
    if (this.#price?.program !== program) {
      this.#price?.stop();
      this.#price = program === null ? null : new PriceCommand(program, onChange);
    }
  }

  stop(): void {
    this.#presence?.stop();
    this.#metered?.stop();
    this.#price?.stop();
  }

  see(rules: RestRules): Omit<Seen, 'wallMs' | 'wish'> {
    const { files } = this.#options;
    const nowMs = performance.now();
    return {
      nowMs,
      program: rules.beside === 'full' ? null : runningProgram(files, rules.programs),
      supply: rules.battery === 'full' ? null : readPowerSupply(files),
      ...this.#seeHeat(rules, nowMs),
      sight: this.#presence?.sight() ?? null,
      load: rules.load === 'full' ? null : this.#seeLoad(nowMs),
      metered: this.#metered?.value ?? null,
      dear: this.#price?.isDear ?? null,
    };
  }

  /** Reasons that are set and cannot be seen from here. */
  troubles({ programs, beside, presence }: RestRules): HealthItem[] {
    const troubles: HealthItem[] = [];
    if (programs.length > 0 && beside !== 'full' && !seesPrograms(this.#options.files)) {
      const text = '[rest] programs has no effect: this service does not see the programs of the machine.';
      troubles.push({ id: 'programs-unseen', text, fix: UNSEEN });
    }
    if (presence !== 'full' && this.#presence?.sight() === null) {
      const text = '[rest] presence has no effect: nothing here tells whether the machine is in use.';
      troubles.push({ id: 'presence-unseen', text, fix: NO_PRESENCE });
    }
    const why = this.#price?.trouble ?? null;
    if (why !== null) {
      troubles.push({ id: 'price-unknown', text: `[rest] price_command gave no answer: ${why}.`, fix: NO_PRICE });
    }
    return troubles;
  }

  #seeHeat(rules: RestRules, nowMs: number): Pick<Seen, 'celsius' | 'throttledAgoMs'> {
    const heat = rules.heat === 'full' ? null : readHeat(this.#options.files);
    const { count, atMs } = this.#throttled;
    const throttled = heat?.throttled ?? null;
    const isSlower = throttled !== null && count !== null && throttled > count;
    this.#throttled = { count: throttled, atMs: isSlower ? nowMs : atMs };
    const since = this.#throttled.atMs;
    return { celsius: heat?.celsius ?? null, throttledAgoMs: since === null ? null : nowMs - since };
  }

  /** Looks may be close together; the figure is of the last second or so. */
  #seeLoad(nowMs: number): OthersLoad | null {
    const counts = readLoad(this.#options.files, this.#options.pids(), nowMs);
    if (counts === null) return null;
    const load = this.#counts === null ? null : loadBetween(this.#counts, counts);
    if (load !== null || this.#counts === null) this.#counts = counts;
    this.#load = load ?? this.#load;
    return this.#load;
  }
}
