// Whether a machine runs on what it has stored: every battery and UPS that is not a part of a mouse or a headset
// (kernel documentation, ABI/testing/sysfs-class-power).
import type { SystemFiles } from '../../miner/system-files.ts';

const SUPPLIES = '/sys/class/power_supply';

export interface PowerSupply {
  readonly onBattery: boolean;
  /** Of all batteries together; null where none of them tells. */
  readonly percent: number | null;
}

type Files = Pick<SystemFiles, 'read' | 'list'>;

/** Null for a machine without a battery or a UPS of its own. */
export function readPowerSupply(files: Files): PowerSupply | null {
  const about = (name: string, file: string) => files.read(`${SUPPLIES}/${name}/${file}`);
  const supplies = files.list(SUPPLIES).filter((name) => about(name, 'scope') !== 'Device');
  const ofType = (...types: string[]) => supplies.filter((name) => types.includes(about(name, 'type') ?? ''));
  const stores = ofType('Battery', 'UPS').filter((name) => about(name, 'present') !== '0');
  if (stores.length === 0) return null;
  const mains = ofType('Mains', 'USB', 'Wireless').map((name) => about(name, 'online'));
  // Some drivers say `Unknown` of a battery that is neither charged nor used; a charger that is gone says more.
  const unplugged = mains.length > 0 && mains.every((online) => online === '0');
  const onBattery = unplugged || stores.some((name) => about(name, 'status') === 'Discharging');
  return { onBattery, percent: chargeOf(stores.map((name) => (file: string) => numberIn(about(name, file)))) };
}

/** Weighed by what each can hold, where all of them tell that in one unit; otherwise their mean. */
function chargeOf(stores: readonly ((file: string) => number | null)[]): number | null {
  for (const unit of ['energy', 'charge']) {
    const now = stores.map((read) => read(`${unit}_now`));
    const full = stores.map((read) => read(`${unit}_full`));
    const held = sum(full);
    if (![...now, ...full].includes(null) && held > 0) return Math.min(100, (100 * sum(now)) / held);
  }
  const told = stores.map((read) => read('capacity')).filter((value) => value !== null);
  return told.length === 0 ? null : Math.min(100, sum(told) / told.length);
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
