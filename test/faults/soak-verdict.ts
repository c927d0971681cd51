// What a soak's samples say: does anything grow, did anything restart. Pure.
import { PROCESSES, type ProcessName, type Sample, shareOfCore } from './soak-sample.ts';

interface Trend {
  /** The fitted line of the anonymous memory, in MiB per hour. */
  memoryPerHour: number;
  /** What that line rises over the time that was looked at, in MiB. */
  memoryGrowth: number;
  /** The median of the later half above that of the earlier one. */
  descriptorGrowth: number;
}

export interface Verdict {
  trends: Record<ProcessName, Trend>;
  /** One sentence for each thing that is wrong; none is a pass. */
  troubles: readonly string[];
}

/** The first quarter is not looked at: caches fill, and the collector has not settled. */
const WARM_UP = 0.25;
/** Above the noise of a collector over any time: a run of an hour that stays below it leaks less than this in an hour. */
const ALLOWED_MEBIBYTES = 16;
const ALLOWED_DESCRIPTORS = 3;

export function verdictOf(samples: readonly Sample[]): Verdict {
  const settled = samples.slice(Math.floor(samples.length * WARM_UP));
  const trends = Object.fromEntries(PROCESSES.map((name) => [name, trendOf(settled, name)])) as Verdict['trends'];
  const last = samples.at(-1);
  const troubles = PROCESSES.flatMap((name) => {
    const { memoryGrowth, descriptorGrowth } = trends[name];
    return [
      ...(hasGrown(trends[name]) ? [`The ${name} grew by ${memoryGrowth.toFixed(1)} MiB.`] : []),
      ...(descriptorGrowth > ALLOWED_DESCRIPTORS ? [`The ${name} has ${descriptorGrowth} descriptors more.`] : []),
    ];
  });
  if ((last?.accepted ?? 0) === 0) troubles.push('No share was accepted.');
  if ((last?.restarts ?? 0) > 0) troubles.push(`There were ${last?.restarts} restarts.`);
  return { trends, troubles };
}

/** Some process has more memory than at first. It may be that V8 has not collected there yet: a leak goes on. */
export function memoryRises(samples: readonly Sample[]): boolean {
  return Object.values(verdictOf(samples).trends).some(hasGrown);
}

function hasGrown({ memoryGrowth }: Trend): boolean {
  return memoryGrowth > ALLOWED_MEBIBYTES;
}

function trendOf(samples: readonly Sample[], name: ProcessName): Trend {
  const points = samples.map(({ seconds, processes }) => [seconds, processes[name].anonymousMebibytes] as const);
  const slope = slopeOf(points);
  const spanSeconds = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  const half = Math.floor(samples.length / 2);
  const descriptors = samples.map(({ processes }) => processes[name].descriptors);
  return {
    memoryPerHour: slope * 3600,
    memoryGrowth: slope * spanSeconds,
    descriptorGrowth: median(descriptors.slice(half)) - median(descriptors.slice(0, half)),
  };
}

/** Theil and Sen: the median of the slopes of all pairs, which no single burst can bend. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).flatMap(([laterX, laterY]) => (laterX > x ? [(laterY - y) / (laterX - x)] : [])),
  );
  return median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Start, middle and end as a table in Markdown, with a line for each trend. */
export function renderVerdict(samples: readonly Sample[], { trends, troubles }: Verdict): string {
  const middle = samples[Math.floor(samples.length / 2)];
  const chosen = [samples[0], middle, samples.at(-1)].filter((sample) => sample !== undefined);
  const columns = [
    'PSS, MiB',
    'RSS, MiB',
    'Anonymous, MiB',
    'Descriptors',
    'Shares',
    'Accepted',
    'Restarts',
    'Core, supervisor',
    'gateway',
  ];
  const rows = chosen.map(({ seconds, processes, submitted, accepted, restarts }) => {
    const three = (value: (name: ProcessName) => number) => PROCESSES.map((name) => value(name).toFixed(0)).join(' / ');
    const cells = [
      three((name) => processes[name].pssMebibytes),
      three((name) => processes[name].rssMebibytes),
      three((name) => processes[name].anonymousMebibytes),
      three((name) => processes[name].descriptors),
      submitted,
      accepted,
      restarts,
      shareOfCore(processes.supervisor, seconds),
      shareOfCore(processes.gateway, seconds),
    ];
    return `| ${(seconds / 60).toFixed(1)} min | ${cells.join(' | ')} |`;
  });
  const lines = PROCESSES.map((name) => {
    const { memoryPerHour, memoryGrowth, descriptorGrowth } = trends[name];
    const memory = `${signed(memoryPerHour)} MiB an hour (${signed(memoryGrowth)} MiB seen)`;
    return `- ${name}: memory ${memory}, descriptors ${signed(descriptorGrowth, 0)}`;
  });
  return [
    `| After | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:|').join('')}`,
    ...rows,
    '',
    'Trends after the first quarter, of the anonymous memory by the median of the slopes between any two samples:',
    '',
    ...lines,
    '',
    troubles.length === 0 ? 'Verdict: steady.' : `Verdict: **${troubles.join(' ')}**`,
  ].join('\n');
}

function signed(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : text.replace(/^-(?=[0.]*$)/, '');
}
