// Everything that the supervisor knows at one moment, and the lifecycle state that it amounts to. Pure.
import type { GatewayHeartbeat, MinerHeartbeat } from '../../protocol/channel/messages.ts';
import type { SidecarRecord, SidecarState } from '../../state/sidecar/sidecar-record.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import type { ChildName, HealthItem, LastExit } from '../../state/table/session-table.ts';
import type { WorkDone } from '../figures/work-figures.ts';
import type { SupervisorMachine } from '../supervisor-table.ts';

/** What stays the same while a supervisor lives, except for a reload: it goes into the sidecar as it is. */
export type SessionFacts = Pick<
  SidecarRecord,
  | 'version'
  | 'instance'
  | 'network'
  | 'provider'
  | 'wallet'
  | 'gatewayKind'
  | 'shape'
  | 'configFile'
  | 'logTo'
  | 'controlSocket'
  | 'startedAtSeconds'
> & { supervisor: { pid: number; identity: string }; configInForce: Record<string, string> };

interface Heard<T> {
  heartbeat: T;
  /** Monotonic milliseconds. */
  atMs: number;
}

export interface Situation {
  facts: SessionFacts;
  machine: SupervisorMachine;
  processes: Record<ChildName, { pid: number; identity: string | null } | null>;
  lastExits: Record<ChildName, LastExit | null>;
  heard: { gateway: Heard<GatewayHeartbeat> | null; miner: Heard<MinerHeartbeat> | null };
  gatewayUrl: string;
  /** Why an attached gateway does not serve; null where it does, and of one that we started. */
  gatewaySilence: string | null;
  /** For how long the gateway has been making the certificate of a block; null when it makes none. */
  provingSeconds: number | null;
  metricsUrl: string;
  /** Null where there is no page. */
  dashboardUrl: string | null;
  work: WorkDone;
  /** Of physical memory, null where the system does not tell. */
  memoryBytes: Stats['memoryBytes'];
  /** What the edge has to report: a full disk, a refused reload. */
  troubles: readonly HealthItem[];
  machineFacts: Stats['machine'];
  /** Of a kilowatt hour; null where it is not configured. */
  powerPrice: number | null;
  /** Since when the lifecycle state is what it is; ISO 8601, UTC. */
  stateSince: string | null;
  /** Monotonic. */
  uptimeSeconds: number;
  nowMs: number;
}

export interface Lifecycle {
  state: SidecarState;
  reason: string | null;
  /** `user`, `battery`, … , `no job`, or null while it mines or should. */
  pauseReason: string | null;
}

/** The state that the sidecar tells: the supervisor's last word. */
export function lifecycleOf(situation: Situation): Lifecycle {
  const { machine, heard } = situation;
  const { phase, ending, children } = machine;
  if (phase === 'ended' && ending?.reason) return word('failed', ending.reason);
  if (phase === 'stopping' || phase === 'failing' || phase === 'ended') {
    const reasons = [ending?.reason ?? null, finishing(situation)].filter((reason) => reason !== null);
    return word('stopping', reasons.join('; ') || null);
  }
  // Nothing is wrong with a gateway that is to be restarted when its block is finished.
  const waiting = [children.gateway, children.miner].filter(({ state }) => state !== 'ready' && state !== 'finishing');
  const [first] = waiting;
  const pauseReason = machine.working.level === 'off' ? machine.working.reason : null;
  if (!machine.everReady) return { ...word('starting', first?.reason ?? situation.gatewaySilence), pauseReason };
  const failed = waiting.find(({ recycledFor }) => recycledFor !== 'changed');
  if (failed !== undefined) return { ...word('degraded', failed.reason), pauseReason };
  if (pauseReason !== null) return { state: 'paused', reason: machine.working.text, pauseReason };
  const block = finishing(situation);
  if (block !== null) return word('paused', block);
  // It was asked for: nothing is wrong, and nothing mines for a moment.
  if (first !== undefined) return word('starting', first.reason);
  return miningLifecycle(heard.miner?.heartbeat ?? null, heard.gateway?.heartbeat.upstream ?? null);
}

function finishing({ machine, provingSeconds }: Situation): string | null {
  if (machine.children.gateway.state !== 'finishing' || provingSeconds === null) return null;
  return `finishing a block, ${Math.round(provingSeconds)} s`;
}

type Upstream = GatewayHeartbeat['upstream'];

function miningLifecycle(miner: MinerHeartbeat | null, upstream: Upstream | null): Lifecycle {
  const upstreamReason = upstream?.reason ?? null;
  switch (miner?.activity) {
    case 'outdated-rules':
      return word('outdated-rules', miner.reason);
    case 'no-job':
      if (upstream?.phase === 'outdated-rules') return word('outdated-rules', upstreamReason);
      return { state: 'waiting', reason: upstreamReason ?? miner.reason ?? 'there is no job', pauseReason: 'no job' };
    case 'unusable-job':
      return word('degraded', miner.reason ?? 'the job cannot be mined');
    case 'no-memory':
      return word('degraded', miner.reason ?? 'the miner has too little memory');
    case 'connecting':
      return word('degraded', miner.reason ?? 'the miner does not reach the gateway');
    default:
      return word('running', null);
  }
}

function word(state: SidecarState, reason: string | null): Lifecycle {
  return { state, reason, pauseReason: null };
}
