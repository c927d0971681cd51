// The `--json` document of the known pools; keys are only ever added. Pure.
import type { SourcedFact } from '../../gateway/pool/known/known-pool.ts';
import { SOURCES } from '../../gateway/pool/known/sources.ts';
import type { ChainFacts } from '../../protocol/published-chain.ts';
import type { KnownRate } from './known-rate.ts';
import { shareSeconds } from './pool-prospects.ts';
import type { ShownPool, Visited } from './pools-text.ts';

export function poolsDocument(shown: readonly ShownPool[], rate: KnownRate | null, chain: ChainFacts): object {
  return { schemaVersion: 1, rate, chain, pools: shown.map((one) => poolDocument(one, rate)) };
}

function poolDocument({ pool, prospects }: ShownPool, rate: KnownRate | null): object {
  const { name, title, usability, servers, login, difficulty, fee, payout } = pool;
  const { is } = usability;
  return {
    name,
    title,
    usable: is.kind,
    reason: is.kind === 'yes' ? null : is.kind === 'no' ? is.because : is.why,
    login: login.is,
    difficulty: difficulty.is,
    fee: fee.is,
    payout: payout.is,
    preferredServer: prospects.server?.name ?? null,
    shareSeconds: prospects.shareSeconds,
    daysToPayout: prospects.daysToPayout,
    servers: servers.is.map((server) => ({
      ...server,
      shareSeconds: shareSeconds(server, rate?.macsPerSecond ?? null),
    })),
    sources: Object.fromEntries(
      Object.entries({ usability, servers, login, difficulty, fee, payout }).map(([about, fact]) => [
        about,
        sourcesOf(fact),
      ]),
    ),
  };
}

function sourcesOf({ by }: SourcedFact<unknown>): object[] {
  return by.map((name) => SOURCES[name]);
}

export function visitsDocument(visits: readonly Visited[], rate: KnownRate | null): object {
  const rows = visits.map(({ pool, server, ping, shareSeconds }) => ({
    name: pool.name,
    server: server.name,
    url: server.url,
    connectMs: ping.connectMs,
    jobMs: ping.jobMs,
    shareSeconds,
    failure: ping.failure,
  }));
  return { schemaVersion: 1, rate, pings: rows };
}
