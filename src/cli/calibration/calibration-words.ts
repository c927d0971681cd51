// What a calibration found, for people: the rate and how far to trust it, what it brings, what it costs. Pure.
import type { Calibrated } from '../../miner/calibration/calibration-session.ts';
import { describeCost, priceOf } from '../../miner/power/energy-cost.ts';
import { perDay, usualRange } from '../../protocol/expectation.ts';
import type { ChainFacts } from '../../protocol/published-chain.ts';
import { formatAge, formatRate } from '../../state/status/format.ts';
import { prlPerDay } from '../pools/pool-prospects.ts';
import type { Prospects } from './prospects.ts';
import type { ExpectedTimes } from './work-of-job.ts';

const YEAR_SECONDS = 365.25 * 86_400;

/** `903 GMAC/s (± 2 %), kernel avx512vnni, 2 threads`. */
export function describeRate({ choice, threads, macsPerSecond, spread }: Calibrated): string {
  const percent = Math.max(1, Math.ceil(spread * 100));
  return (
    `${formatRate(macsPerSecond)} (± ${percent} % over three runs), kernel ${choice.kernel}, ` +
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  );
}

/** One or two sentences: of shares and blocks, or why nothing is known of them. */
export function describeProspects(prospects: Prospects): string[] {
  switch (prospects.kind) {
    case 'times':
      return describeTimes(prospects.times);
    case 'following':
      return [
        `A block about every ${formatAge(prospects.blockSeconds)}, whatever the rate: this chain’s difficulty follows it.`,
      ];
    case 'unknown':
      return [`How long a share takes is not known now: ${prospects.why}.`];
  }
}

/** Each with its range, since the mean alone says little of a lottery. */
export function describeTimes({ shareSeconds, blockSeconds }: ExpectedTimes): string[] {
  const lines = [describeWait('A share', shareSeconds)];
  // Mining alone, each share is a block.
  if (blockSeconds !== shareSeconds) lines.push(describeWait('A block', blockSeconds));
  return lines;
}

function describeWait(what: string, meanSeconds: number | null): string {
  if (meanSeconds === null) return `${what}: never, at this rate.`;
  // Many a second are counted; ranges of such short times would say nothing.
  if (meanSeconds < 1) return `${what} in less than 1 s: about ${rounded(1 / meanSeconds)} a second.`;
  const day = perDay(meanSeconds);
  const count = day === null ? '' : `, ${Math.round(day.mean)} ± ${Math.ceil(day.deviation)} a day`;
  const [shortest, longest] = usualRange(meanSeconds);
  return `${what} about every ${wait(meanSeconds)}${count}; 19 of 20 take ${wait(shortest)} to ${wait(longest)} (chance).`;
}

function wait(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  const years = seconds / YEAR_SECONDS;
  return years < 2 ? formatAge(seconds) : `${rounded(years)} years`;
}

function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en');
}

/**
 * What it draws and costs beside what the work is worth, or that this is not measurable here and what would measure it.
 *
 * @param price of a kilowatt hour, or null.
 * @param chain null where the work is worth nothing, as on the devnet.
 */
export function describePower(
  { power, macsPerSecond }: Pick<Calibrated, 'power' | 'macsPerSecond'>,
  prospects: Prospects | null,
  price: number | null,
  chain: ChainFacts | null,
): string[] {
  const lines: string[] = [];
  if (power.source === null) {
    const hint = power.hint === null ? '' : ` To see it: ${power.hint}`;
    lines.push(`What it costs is not measurable here: ${power.reason}.${hint}`);
  } else {
    const { kilowattHoursPerShare, costPerDay } = priceOf(power, shareSecondsOf(prospects), price);
    lines.push(describeCost(power));
    const share = kilowattHoursPerShare === null ? [] : [`${energy(kilowattHoursPerShare)} a share`];
    const day = costPerDay === null ? [] : [`${costPerDay.toFixed(2)} a day, at ${price} a kWh`];
    if (share.length + day.length > 0) lines.push(`That is ${[...share, ...day].join(', and ')}.`);
  }
  if (chain !== null) {
    const prl = Number(prlPerDay(macsPerSecond, chain).toPrecision(2));
    lines.push(`Its work is worth about ${prl} PRL a day, by the chain of ${chain.date} and before a pool's fee.`);
  }
  return lines;
}

export function shareSecondsOf(prospects: Prospects | null): number | null {
  return prospects?.kind === 'times' ? prospects.times.shareSeconds : null;
}

function energy(kilowattHours: number): string {
  return kilowattHours < 0.1
    ? `${Number((1000 * kilowattHours).toPrecision(2))} Wh`
    : `${Number(kilowattHours.toPrecision(2))} kWh`;
}
