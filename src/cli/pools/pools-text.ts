// The known pools for people: a table of all, one of them in full, and what a visit to them showed. Pure.
import { type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { KnownPool, PoolServer } from '../../gateway/pool/known/known-pool.ts';
import type { PickedServer } from '../../gateway/pool/known/known-pools.ts';
import { SOURCES, type SourceName } from '../../gateway/pool/known/sources.ts';
import type { PingResult } from '../../gateway/pool/ping-pool.ts';
import type { ChainFacts } from '../../protocol/published-chain.ts';
import { formatAge, formatRate } from '../../state/status/format.ts';
import { alignColumns, fitColumns } from '../../state/text-table.ts';
import type { KnownRate } from './known-rate.ts';
import { isSlow, type PoolProspects, shareSeconds } from './pool-prospects.ts';

/** A pool beside what it means here. */
export interface ShownPool {
  readonly pool: KnownPool;
  readonly prospects: PoolProspects;
}

/** A server, and what a visit to it showed. */
export interface Visited {
  readonly pool: KnownPool;
  readonly server: PoolServer;
  readonly ping: PingResult;
  /** By the job that came, at this machine's rate. */
  readonly shareSeconds: number | null;
}

const MEASURE = fix`Measure this machine to see how long a share takes, with: ${pearlctl('calibrate')}`;

/** The rate that times are of, or how to find it out. */
export function rateInWords(rate: KnownRate | null, fixText: (fix: Fix) => string): string {
  if (rate === null) return fixText(MEASURE);
  const how = rate.source === 'mining' ? 'as it mines now' : `calibrated on ${rate.at.slice(0, 10)}`;
  return `This machine: ${formatRate(rate.macsPerSecond)}, ${how}.`;
}

/** A line for each pool, below the headings; the server that would be taken is left out where there is no room for it. */
export function renderTable(shown: readonly ShownPool[], width: number): string[] {
  const rows = shown.map(({ pool, prospects: { server, shareSeconds, daysToPayout } }) => [
    `${pool.name}${pool.usability.is.kind === 'unconfirmed' ? '*' : ''}`,
    server?.name ?? '-',
    `${markedTime(shareSeconds)}${server?.difficulty === 'vardiff' && shareSeconds !== null ? ' at first' : ''}`,
    pool.payout.is.minimumPrl === null ? '-' : `${pool.payout.is.minimumPrl} PRL`,
    daysToPayout === null ? '-' : daysInWords(daysToPayout),
    pool.fee.is.percent === null ? '-' : `${pool.fee.is.percent} %`,
  ]);
  const head = ['pool', 'server', 'a share takes', 'pays from', 'after', 'fee'];
  return fitColumns([head, ...rows], { right: ['pays from', 'fee'], givesWay: ['server', 'fee'], width });
}

/** All of them: those that can be used as a table, and the others with the reason. */
export function renderPools(shown: readonly ShownPool[], chain: ChainFacts, width: number): string {
  const usable = shown.filter(({ pool }) => pool.usability.is.kind !== 'no');
  const lines = [
    ...renderTable(usable, width),
    '',
    `- is not known, * not confirmed. Income is counted by the network of ${chain.date}. Fees are as published.`,
  ];
  if (usable.some(({ prospects }) => isSlow(prospects.shareSeconds))) {
    lines.push('! More than an hour a share: such a pool shows nothing for hours, and that is no fault.');
  }
  lines.push('', 'Cannot be used, because:');
  for (const { pool } of shown) {
    const { is } = pool.usability;
    if (is.kind === 'no') lines.push(`  ${pool.name}: ${is.because}`);
  }
  return lines.join('\n');
}

/** One pool with every fact, where and when it was read, and its servers. */
export function renderPool(pool: KnownPool, rate: KnownRate | null, width: number): string {
  const { usability, servers, login, difficulty, fee, payout } = pool;
  const facts: [string, string, readonly SourceName[]][] = [
    ['usable', usabilityInWords(pool), usability.by],
    ['login', login.is.words, login.by],
    ['difficulty', difficulty.is, difficulty.by],
    ['fee', fee.is.words, fee.by],
    ['pays from', payout.is.words, payout.by],
  ];
  if (usability.is.kind === 'no') facts.length = 1;
  const used = new Set([...facts.flatMap(([, , by]) => by), ...servers.by]);
  const number = new Map([...used].map((name, index) => [name, index + 1]));
  const marks = (by: readonly SourceName[]) => `[${by.map((name) => number.get(name)).join(', ')}]`;
  const lines = [
    pool.title,
    ...alignColumns(
      facts.map(([term, words, by]) => [`  ${term}`, `${words} ${marks(by)}`]),
      new Set(),
    ),
  ];
  if (servers.is.length > 0) {
    const rows = servers.is.map((server) => {
      const seconds = shareSeconds(server, rate?.macsPerSecond ?? null);
      return [`  ${server.name}`, markedTime(seconds), server.difficulty, server.url];
    });
    lines.push('', `Servers ${marks(servers.by)}:`);
    const head = ['  server', 'a share takes', 'difficulty', 'address'];
    // An address with a certificate's pin in it fits nowhere, whatever is left out.
    const isPinned = servers.is.some(({ url }) => url.includes('?'));
    const givesWay = isPinned ? [] : ['difficulty', 'a share takes'];
    lines.push(...fitColumns([head, ...rows], { right: [], givesWay, width }));
  }
  lines.push('', 'Read in:');
  for (const [name, at] of number) lines.push(`  [${at}] ${SOURCES[name].title} (${SOURCES[name].date})`);
  return lines.join('\n');
}

/** What the visits showed, in the order of the names. */
export function renderVisits(visits: readonly Visited[], width: number): string {
  const rows = visits.map(({ pool, server, ping, shareSeconds }) => [
    pool.name,
    server.name,
    ping.connectMs === null ? '-' : `${Math.round(ping.connectMs)} ms`,
    ping.jobMs === null ? '-' : `after ${Math.round(ping.jobMs)} ms`,
    markedTime(shareSeconds),
    ping.failure ?? '',
  ]);
  const head = ['pool', 'server', 'reached', 'job', 'a share takes', ''];
  return fitColumns([head, ...rows], { right: ['reached'], givesWay: ['a share takes', 'job'], width }).join('\n');
}

/** What a person should know before mining at this server: nothing, or a line or two. */
export function remarkOn({ pool, server }: PickedServer, macsPerSecond: number | null): string[] {
  const { is } = pool.usability;
  const seconds = shareSeconds(server, macsPerSecond);
  const lines = [`${pool.title}: ${server.url.replace(/\?.*$/, '')} (others: pearlctl pools ${pool.name})`];
  if (is.kind === 'unconfirmed') lines.push(`${pool.title} is not confirmed: ${is.why}.`);
  if (isSlow(seconds)) {
    lines.push(`A share takes about ${inWords(seconds)} there: long silences are no fault.`);
  }
  return lines;
}

function usabilityInWords({ usability: { is } }: KnownPool): string {
  switch (is.kind) {
    case 'yes':
      return 'yes';
    case 'unconfirmed':
      return `not confirmed: ${is.why}`;
    case 'no':
      return `no, because ${is.because}`;
  }
}

/** `2 h 30 min`; `-` where it is not known. */
export function inWords(seconds: number | null): string {
  if (seconds === null) return '-';
  return seconds < 1 ? 'less than 1 s' : formatAge(seconds);
}

/** The same, with a mark where it is long. */
function markedTime(seconds: number | null): string {
  return `${inWords(seconds)}${isSlow(seconds) ? ' !' : ''}`;
}

function daysInWords(days: number): string {
  if (days < 1) return 'less than 1 d';
  return days < 730 ? `${Math.round(days)} d` : `${Math.round(days / 365)} years`;
}
