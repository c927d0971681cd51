// Every reason for which the miner rests by itself: when it is seen, how patient it is, and which level it asks for. Pure. What
// is seen comes from the edge, and what holds is remembered between two looks.
import type { Config } from '../../config/configuration.ts';
import type { Level, withProfile } from '../../config/profiles.ts';
import { isScheduled } from '../../config/schedule.ts';
import type { Wish } from '../../state/paused.ts';
import type { RESTS } from '../../state/status/derive.ts';
import type { OthersLoad } from './others-load.ts';
import type { PowerSupply } from './power-supply.ts';
import type { Sight } from './presence/sight.ts';
import { type Patience, type Settled, settle, UNSETTLED } from './settle.ts';
import type { Claim } from './working.ts';

export type RestRules = ReturnType<typeof withProfile<Config['rest']>>;

/** What there is to see at one moment. What cannot be seen is null, and no reason to rest. */
export interface Seen {
  /** Monotonic, and by the clock on the wall. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly wish: Wish | null;
  readonly supply: PowerSupply | null;
  /** The first of [rest] programs that runs, or null. */
  readonly program: string | null;
  readonly celsius: number | null;
  /** Whether the machine is in use. */
  readonly sight: Sight | null;
  readonly load: OthersLoad | null;
  readonly metered: boolean | null;
  /** By the price command; a window is told by the clock. */
  readonly dear: boolean | null;
  /** Since the processor last slowed itself down for heat; null where that was not seen. */
  readonly throttledAgoMs: number | null;
}

interface Reason {
  readonly name: 'user' | (typeof RESTS)[number];
  level(rules: RestRules): Level;
  readonly patience: Patience;
  /** In words while the reason is there, or null. `holds`: it is in force, so that a band can have two ends. */
  see(rules: RestRules, seen: Seen, holds: boolean): string | null;
}

const AT_ONCE: Patience = { beginMs: 0, endMs: 0 };
/** A plug that is moved to another socket is no reason, and a loose one must not start the fans every minute. */
const PLUG: Patience = { beginMs: 2000, endMs: 30_000 };
/** A game starts once, and a launcher that ends and comes back is one start. */
const PROGRAM: Patience = { beginMs: 0, endMs: 10_000 };
/** A single hot reading is none; a cool one right after the threads rest neither. */
const THERMAL: Patience = { beginMs: 4000, endMs: 30_000 };
/** The time without a key is its patience already. */
const PRESENCE: Patience = AT_ONCE;
/** A page that is loaded or a short compilation is none; a build has pauses. */
const LOAD: Patience = { beginMs: 3000, endMs: 20_000 };
/** NetworkManager guesses again while it connects. */
const NETWORK: Patience = { beginMs: 1000, endMs: 10_000 };
/** Waiting for a processor, in percent of the time, from which on programs need it. */
const WAIT_PERCENT = 10;
/** For so long after its last event the processor counts as too hot. */
const THROTTLED_MS = 10_000;
/** Percent above the limit at which a battery is full enough again. */
const CHARGE_BAND = 2;

/** The strongest first: of several for the same level, that one is shown. */
export const REASONS: readonly Reason[] = [
  {
    name: 'user',
    level: () => 'off',
    patience: AT_ONCE,
    see: (_rules, { wish, wallMs }) => (wish === null || isOver(wish, wallMs) ? null : wishText(wish)),
  },
  {
    name: 'schedule',
    level: ({ outside }) => outside,
    patience: AT_ONCE,
    see: ({ schedule, timeZone }, { wallMs }) =>
      schedule === null || isScheduled(schedule, wallMs, timeZone) ? null : 'outside of its schedule',
  },
  {
    name: 'programs',
    level: ({ programs, beside }) => (programs.length === 0 ? 'full' : beside),
    patience: PROGRAM,
    see: (_rules, { program }) => (program === null ? null : `${program} runs`),
  },
  {
    name: 'presence',
    level: ({ presence }) => presence,
    patience: PRESENCE,
    see: (_rules, { sight }) => (sight?.inUse === true ? sight.text : null),
  },
  {
    name: 'battery',
    level: ({ battery }) => battery,
    patience: PLUG,
    see({ batteryAbovePercent: above }, { supply }, holds) {
      if (supply === null || !supply.onBattery) return null;
      if (above === null || supply.percent === null) return 'on battery';
      return supply.percent <= above + (holds ? CHARGE_BAND : 0) ? `on battery, below ${above} %` : null;
    },
  },
  {
    name: 'heat',
    level: ({ heat }) => heat,
    patience: THERMAL,
    see({ heatStopCelsius, heatResumeCelsius }, { celsius, throttledAgoMs }, holds) {
      if (throttledAgoMs !== null && throttledAgoMs < THROTTLED_MS) return 'the processor slows itself down for heat';
      if (celsius === null || celsius < (holds ? heatResumeCelsius + 1 : heatStopCelsius)) return null;
      return `the processor is hotter than ${holds ? heatResumeCelsius : heatStopCelsius} °C`;
    },
  },
  {
    name: 'load',
    level: ({ load }) => load,
    patience: LOAD,
    see({ loadAbovePercent: above }, { load }, holds) {
      if (load === null) return null;
      // Half as much keeps it: a job that is nearly done is not.
      const share = holds ? 0.5 : 1;
      if (load.usePercent > above * share) return 'other programs use the processor';
      return (load.waitPercent ?? 0) > WAIT_PERCENT * share ? 'other programs wait for the processor' : null;
    },
  },
  {
    name: 'metered',
    level: ({ metered }) => metered,
    patience: NETWORK,
    see: (_rules, { metered }) => (metered === true ? 'the network is metered' : null),
  },
  {
    name: 'price',
    level: ({ price, cheap, priceCommand }) => (cheap === null && priceCommand === null ? 'full' : price),
    patience: AT_ONCE,
    see({ cheap, timeZone }, { wallMs, dear }) {
      const isDear = dear === true || (cheap !== null && !isScheduled(cheap, wallMs, timeZone));
      return isDear ? 'power is dear now' : null;
    },
  },
];

/** What holds of each reason, and the words that it began with. */
export type Memory = Readonly<Record<string, Settled & { readonly text: string }>>;

/** The claims of all reasons that hold, the strongest first. The first look of all takes what it sees at once. */
export function claimsAt(rules: RestRules, seen: Seen, memory: Memory | null): { claims: Claim[]; memory: Memory } {
  const next: Record<string, Settled & { text: string }> = {};
  const claims: Claim[] = [];
  for (const { name, level, patience, see } of REASONS) {
    if (level(rules) === 'full') continue;
    const before = memory?.[name] ?? { ...UNSETTLED, text: '' };
    const text = see(rules, seen, before.holds);
    const settled = settle(before, text !== null, seen.nowMs, memory === null ? AT_ONCE : patience);
    // Words with figures in them would be news with each look.
    const kept = before.holds && name !== 'user' ? before.text : (text ?? before.text);
    next[name] = { ...settled, text: kept };
    if (settled.holds)
      claims.push({ reason: name === 'user' ? (seen.wish?.reason ?? name) : name, level: level(rules), text: kept });
  }
  return { claims, memory: next };
}

/** Whether the time of a pause has come to its end. */
export function isOver({ untilMs }: Wish, wallMs: number): boolean {
  return untilMs !== null && wallMs >= untilMs;
}

function wishText({ untilMs }: Wish): string {
  return untilMs === null ? 'paused on request' : `paused on request until ${minute(untilMs)}`;
}

/** `2026-01-02 03:04 UTC`: this process may be in another time zone than its reader. */
function minute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
