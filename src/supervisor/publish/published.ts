// The sidecar, the figures and the one line for the service manager, each a pure function of the situation.
import type { SidecarChild, SidecarRecord } from '../../state/sidecar/sidecar-record.ts';
import { blankStats, type Stats } from '../../state/stats/stats-record.ts';
import { formatAge, formatRate } from '../../state/status/format.ts';
import { pickFields } from '../../state/table/field.ts';
import { FIGURES } from '../../state/table/figure-table.ts';
import type { ChildName, ServiceStatus } from '../../state/table/session-table.ts';
import { energyOf } from '../figures/energy.ts';
import { expectedWork, rounded } from '../figures/expected-work.ts';
import { healthOf } from './health.ts';
import { lifecycleOf, type Situation } from './situation.ts';

export function sidecarOf(situation: Situation, service: ServiceStatus | null, updatedAt: string): SidecarRecord {
  const { facts, gatewayUrl, metricsUrl, dashboardUrl } = situation;
  const { state, reason: stateReason } = lifecycleOf(situation);
  const children = { gateway: sidecarChild(situation, 'gateway'), miner: sidecarChild(situation, 'miner') };
  return { ...facts, state, stateReason, updatedAt, children, gatewayUrl, metricsUrl, dashboardUrl, service };
}

function sidecarChild({ machine, processes, lastExits }: Situation, name: ChildName): SidecarChild {
  const { pid = null, identity = null } = processes[name] ?? {};
  const { state, restarts } = machine.children[name];
  return { pid, identity, state, restarts, lastExit: lastExits[name] };
}

export function statsOf(situation: Situation, updatedAt: string): Stats {
  const { work, heard, machine, uptimeSeconds, memoryBytes } = situation;
  const { state } = machine.children.gateway;
  const { phase, url = null, reason = null } = heard.gateway?.heartbeat.upstream ?? {};
  const shareSeconds = expectedShareSeconds(situation);
  const expectation = expectationOf(situation);
  return {
    ...work,
    updatedAt,
    uptimeSeconds,
    shares: { ...work.shares, expectedSeconds: shareSeconds },
    job: jobOf(situation),
    expectation,
    energy: energyOf({
      watts: situation.machineFacts.watts,
      shareSeconds,
      price: situation.powerPrice,
      expectation,
      macsPerSecond: work.rate.macsPerSecond15m,
      impliedRate: work.impliedRate,
    }),
    gateway: { state: state === 'ready' ? (phase ?? 'ready') : state, upstream: url, reason },
    miner:
      heard.miner === null
        ? { ...blankStats().miner, activity: 'unknown' }
        : pickFields(FIGURES.miner.fields, heard.miner.heartbeat),
    pools: [...(heard.gateway?.heartbeat.upstream.pools ?? [])],
    threads: heard.miner?.heartbeat.perThread.map((thread) => ({ ...thread })) ?? [],
    stateSince: situation.stateSince,
    machine: situation.machineFacts,
    memoryBytes,
    pauseReason: lifecycleOf(situation).pauseReason,
    working: machine.working,
    health: healthOf(situation),
  };
}

/** Mean seconds to a share of the present job, at the rate of the last quarter of an hour. */
function expectedShareSeconds({ heard, work: { rate } }: Situation): number | null {
  const shareWork = heard.miner?.heartbeat.job?.shareWork ?? null;
  if (shareWork === null || rate.macsPerSecond15m <= 0) return null;
  return rounded(Number(shareWork) / rate.macsPerSecond15m);
}

function expectationOf(situation: Situation): Stats['expectation'] {
  const { heard, work, facts } = situation;
  const { shareWork, blockWork } = heard.miner?.heartbeat.job ?? {};
  const macs = (work: string | undefined) => (work === undefined ? null : Number(work));
  const macsPerSecond = work.rate.macsPerSecond15m;
  const height = jobOf(situation)?.height ?? null;
  return expectedWork({
    macsPerSecond,
    shareMacs: macs(shareWork),
    blockMacs: macs(blockWork),
    network: facts.network,
    height,
  });
}

/** The job that the miner works on, or else the gateway's newest, with its age at this moment. */
function jobOf({ heard, nowMs }: Situation): Stats['job'] {
  const source = heard.miner?.heartbeat.job ? heard.miner : heard.gateway;
  const job = source?.heartbeat.job ?? null;
  if (source === null || job === null) return null;
  // The miner's gateway may tell no height over the wire; the built-in one tells it over its channel, else the node does.
  const height = job.height ?? heard.gateway?.heartbeat.job?.height ?? heightOnTip(heard);
  const ageSeconds = Math.round((job.ageSeconds + Math.max(0, nowMs - source.atMs) / 1000) * 10) / 10;
  return { height, certVersion: job.certVersion, ageSeconds };
}

/** The height of a job on the node's newest block; of one on another block it is not known. */
function heightOnTip({ gateway, miner }: Situation['heard']): number | null {
  const tip = gateway?.heartbeat.upstream.tip;
  const isOnTip = tip !== undefined && miner?.heartbeat.job?.prevBlock === tip.hash;
  return isOnTip ? tip.height + 1 : null;
}

/** `mining 512 GMAC/s · 14 ok 0 bad · job 9 s`, or the state and why: for `systemctl status`. */
export function statusLineOf(situation: Situation): string {
  const { state, reason } = lifecycleOf(situation);
  if (state !== 'running') return reason === null ? state : `${state}: ${reason}`;
  const { rate, shares } = situation.work;
  const job = jobOf(situation);
  const age = job === null ? 'no job' : `job ${formatAge(job.ageSeconds)}`;
  const bad = shares.rejected + shares.stale;
  const { level, text } = situation.machine.working;
  const slower = level === 'light' ? ` (light: ${text})` : '';
  return `mining ${formatRate(rate.macsPerSecond10s)}${slower} · ${shares.accepted} ok ${bad} bad · ${age}`;
}
