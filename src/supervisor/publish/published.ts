// The sidecar, the stats, the metrics and the one line for the service manager, each a pure function of the situation.
import {
  type ChildName,
  SIDECAR_SCHEMA,
  type Sidecar,
  type SidecarChild,
  type SidecarService,
  type Stats,
} from '../../state/sidecar/sidecar-record.ts';
import { formatAge, formatRate } from '../../state/status/format.ts';
import { healthOf } from './health.ts';
import { lifecycleOf, type Situation } from './situation.ts';

export function sidecarOf(situation: Situation, service: SidecarService | null, updatedAt: string): Sidecar {
  const { facts, processes } = situation;
  const { state, reason } = lifecycleOf(situation);
  return {
    provider: facts.provider,
    started_at: facts.startedAtSeconds,
    wallet_address: facts.wallet,
    gateway_url: situation.gatewayUrl,
    metrics_url: situation.metricsUrl,
    gateway_pid: processes.gateway?.pid ?? null,
    miner_loop_pid: processes.miner?.pid ?? null,
    schema: SIDECAR_SCHEMA,
    version: facts.version,
    instance: facts.instance,
    network: facts.network,
    state,
    state_reason: reason,
    updated_at: updatedAt,
    supervisor: facts.supervisor,
    children: { gateway: sidecarChild(situation, 'gateway'), miner: sidecarChild(situation, 'miner') },
    gateway_kind: facts.gatewayKind,
    dashboard_url: situation.dashboardUrl,
    shape: facts.shape,
    control_socket: facts.controlSocket,
    config_file: facts.configFile,
    config_in_force: facts.inForce,
    service,
  };
}

function sidecarChild({ machine, processes, lastExits }: Situation, name: ChildName): SidecarChild {
  const process = processes[name];
  const { state, restarts } = machine.children[name];
  return {
    pid: process?.pid ?? null,
    identity: process?.identity ?? null,
    state,
    restarts,
    last_exit: lastExits[name],
  };
}

export function statsOf(situation: Situation, updatedAt: string): Stats {
  const { tally, rates, heard, machine } = situation;
  const { submitted, accepted, rejected, stale, dropped, unknown, lastAt } = tally;
  const gateway = heard.gateway?.heartbeat;
  const miner = heard.miner?.heartbeat;
  const job = jobOf(situation);
  return {
    schema: SIDECAR_SCHEMA,
    updated_at: updatedAt,
    uptime_seconds: situation.uptimeSeconds,
    rate: {
      macs_per_second_10s: Math.round(rates.tenSeconds),
      macs_per_second_60s: Math.round(rates.minute),
      macs_per_second_15m: Math.round(rates.quarterHour),
    },
    macs: situation.macs.toString(),
    implied_rate: impliedRateOf(situation),
    shares: {
      submitted,
      accepted,
      rejected,
      stale,
      dropped,
      unknown,
      last_at: lastAt,
      expected_seconds: expectedShareSeconds(situation),
    },
    blocks: { accepted: tally.blocks },
    job: job === null ? null : { height: job.height, age_seconds: job.ageSeconds, cert_version: job.certVersion },
    gateway: {
      state:
        machine.children.gateway.state === 'ready'
          ? (gateway?.upstream.phase ?? 'ready')
          : machine.children.gateway.state,
      upstream: gateway?.upstream.url ?? null,
      reason: gateway?.upstream.reason ?? null,
    },
    miner: {
      activity: miner?.activity ?? 'unknown',
      reason: miner?.reason ?? null,
      kernel: miner?.kernel ?? null,
      threads: miner?.threads ?? 0,
      found: miner?.found ?? 0,
    },
    memory: {
      supervisor_bytes: situation.memory.supervisor,
      gateway_bytes: situation.memory.gateway,
      miner_bytes: situation.memory.miner,
    },
    pause_reason: lifecycleOf(situation).pauseReason,
    health: healthOf(situation),
  };
}

function impliedRateOf({ implied }: Situation): Stats['implied_rate'] {
  if (implied === null) return null;
  const { shares, windowSeconds, macsPerSecond, lowMacsPerSecond, highMacsPerSecond, measuredMacsPerSecond } = implied;
  return {
    shares,
    window_seconds: windowSeconds,
    macs_per_second: macsPerSecond,
    low_macs_per_second: lowMacsPerSecond,
    high_macs_per_second: highMacsPerSecond,
    measured_macs_per_second: measuredMacsPerSecond,
  };
}

/** Mean seconds to a share of the present job, at the rate of the last quarter of an hour. */
function expectedShareSeconds({ heard, rates }: Situation): number | null {
  const work = heard.miner?.heartbeat.job?.shareWork ?? null;
  if (work === null || rates.quarterHour <= 0) return null;
  return Number((Number(work) / rates.quarterHour).toPrecision(3));
}

/** The job that the miner works on, or else the gateway's newest, with its age at this moment. */
function jobOf({ heard, nowMs }: Situation): { height: number | null; certVersion: number; ageSeconds: number } | null {
  const source = heard.miner?.heartbeat.job ? heard.miner : heard.gateway;
  const job = source?.heartbeat.job ?? null;
  if (source === null || job === null) return null;
  // The miner's gateway may tell no height over the wire; the built-in one tells it over its channel.
  const height = job.height ?? heard.gateway?.heartbeat.job?.height ?? null;
  const ageSeconds = Math.round((job.ageSeconds + Math.max(0, nowMs - source.atMs) / 1000) * 10) / 10;
  return { height, certVersion: job.certVersion, ageSeconds };
}

/** `mining 512 GMAC/s · 14 ok 0 bad · job 9 s`, or the state and why: for `systemctl status`. */
export function statusLineOf(situation: Situation): string {
  const { state, reason } = lifecycleOf(situation);
  if (state !== 'running') return reason === null ? state : `${state}: ${reason}`;
  const { tally, rates } = situation;
  const job = jobOf(situation);
  const age = job === null ? 'no job' : `job ${formatAge(job.ageSeconds)}`;
  return `mining ${formatRate(rates.tenSeconds)} · ${tally.accepted} ok ${tally.rejected + tally.stale} bad · ${age}`;
}
