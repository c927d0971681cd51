// The one pure function that turns facts (files, processes, the service manager's word) into the state that people see.
import { asFix, type Fix, type FixCommand, fix, fixCommand, fixText, pearlctl } from '../../base/fix.ts';
import type { InstanceFlags, Scope } from '../../base/instance.ts';
import type { SidecarChild, SidecarRecord } from '../sidecar/sidecar-record.ts';
import type { LastStop } from '../stats/last-stop.ts';
import type { Stats } from '../stats/stats-record.ts';
import { pickFields } from '../table/field.ts';
import { LASTING_FIGURES, LIVING_FIGURES } from '../table/figure-table.ts';
import type { FileReading } from '../table/read-file.ts';
import { type HealthItem, SERVICE, type ServiceStatus } from '../table/session-table.ts';
import { type ChildStatus, type LifecycleState, STATUS_SCHEMA, type StatusModel } from './status-table.ts';

/** Everything `status` looks at, gathered before anything is decided. */
export interface StatusFacts {
  scope: Scope;
  instance: string | null;
  configFile: string;
  sidecarFile: string;
  configExists: boolean;
  stateFolderExists: boolean;
  /** Whether an install manifest is there. */
  installed: boolean;
  sidecar: FileReading<SidecarRecord>;
  stats: FileReading<Stats>;
  /** What the last supervisor left when it was stopped in order; read only where there is no sidecar. */
  lastStop?: LastStop | null;
  /** As `life.ts` judges, never by pid alone. */
  alive: { supervisor: boolean; gateway: boolean; miner: boolean };
  /** The supervisor lives in another pid namespace: the process numbers that it tells are not those of this one. */
  elsewhere?: boolean;
  /** It lives and has written nothing yet: the sidecar, if there is one, is an earlier one's. */
  justStarted?: boolean;
  /** The manager's word; asked only when no supervisor is alive, or the service was changed since it started. */
  service: ServiceStatus | null;
  /** Of the program that asks. */
  ownVersion: string;
  /** Wall clock, milliseconds. */
  nowMs: number;
  /** The flags that name this instance in the commands that are shown. */
  flags?: InstanceFlags;
}

/** The status before its fixes are put into words. */
export type JudgedStatus = Omit<StatusModel, 'health' | 'service' | 'stateCommand'> & {
  health: HealthItem[];
  service: ServiceStatus | null;
};

/** Reasons to rest that no command ends. */
export const RESTS = ['schedule', 'programs', 'presence', 'battery', 'heat', 'load', 'metered', 'price'] as const;
/** What a supervisor says for the time after its end. */
const LAST_WORDS = ['given-up'];
/** Stats this old with a live supervisor mean that it can no longer write them. */
const STATS_STALE_SECONDS = 15;

export function deriveStatus(facts: StatusFacts): StatusModel {
  const judged = judgeStatus(facts);
  const health = judged.health.map(({ id, text, fix: remedy }) => ({
    id,
    text,
    fix: fixText(remedy, facts.flags),
    command: fixCommand(remedy, facts.flags),
  }));
  const service = judged.service && pickFields(SERVICE.fields, judged.service);
  return { ...judged, service, stateCommand: stateCommand(judged, facts.flags), health };
}

/** A pause on request has a command that ends it; any other rest ends by itself. */
function stateCommand({ state, pauseReason }: JudgedStatus, flags?: InstanceFlags): string[] | null {
  if (state !== 'paused' || [...RESTS, 'suspended', null].some((rest) => rest === pauseReason)) return null;
  return fixCommand(asFix(pearlctl('resume')), flags);
}

function trouble(id: string, text: string, remedy: Fix | FixCommand | string): HealthItem {
  return { id, text, fix: asFix(remedy) };
}

/** The same with each fix as a value. */
export function judgeStatus(facts: StatusFacts): JudgedStatus {
  const model = fromSidecar(facts);
  const { drift = [], driftFix = null } = model.service ?? {};
  if (drift.length === 0) return model;
  const remedy = driftFix ?? pearlctl('install');
  return { ...model, health: [...model.health, trouble('drift', drift.join(' '), remedy)] };
}

function fromSidecar(facts: StatusFacts): JudgedStatus {
  const reading = facts.sidecar;
  if (facts.justStarted === true) {
    return { ...emptyModel(facts), state: 'starting', stateReason: 'it has only just been started' };
  }
  if (reading.kind === 'missing') return withoutSidecar(facts);
  if (reading.kind !== 'valid') {
    return {
      ...emptyModel(facts),
      state: 'failed',
      stateReason: `the sidecar ${reading.detail}: ${facts.sidecarFile}`,
      health: [unusableSidecar(reading.kind, startCommand(facts))],
    };
  }
  return withSidecar(facts, reading.value);
}

function emptyModel(facts: StatusFacts): JudgedStatus {
  return {
    schemaVersion: STATUS_SCHEMA,
    version: null,
    instance: facts.instance,
    scope: facts.scope,
    network: null,
    state: 'stopped',
    stateReason: null,
    stateSince: null,
    startedAt: null,
    uptimeSeconds: null,
    wallet: null,
    supervisor: null,
    service: facts.service,
    gateway: null,
    pools: [],
    threads: [],
    children: null,
    miner: null,
    working: null,
    rate: null,
    machine: null,
    macs: null,
    impliedRate: null,
    expectation: null,
    energy: null,
    shares: null,
    blocks: null,
    job: null,
    shape: null,
    pauseReason: null,
    dashboardUrl: null,
    health: [],
  };
}

function withoutSidecar(facts: StatusFacts): JudgedStatus {
  const model = emptyModel(facts);
  if (!facts.configExists) {
    const installed = facts.installed || facts.service !== null;
    return {
      ...model,
      // An installed service without a configuration is not "nothing here": it exits 3, and is told apart by `service`.
      service: model.service ?? (installed ? unknownService() : null),
      state: 'not_configured',
      stateReason: `there is no configuration at ${facts.configFile}`,
      health: [trouble('config-missing', 'Nothing is configured yet.', pearlctl('init'))],
    };
  }
  const refused = facts.service?.failure ?? null;
  if (refused !== null) {
    const remedy = fix`${pearlctl('doctor', 'service')}, then: ${pearlctl('start')}`;
    return {
      ...model,
      state: 'failed',
      stateReason: `${facts.service?.manager ?? 'its manager'} could not run it: ${refused}`,
      health: [trouble('service-failed', 'Its service failed.', remedy)],
    };
  }
  if (!facts.stateFolderExists) return { ...model, ...NEVER_STARTED };
  return {
    ...model,
    ...(facts.lastStop ? ofLastStop(facts.lastStop, facts.nowMs) : {}),
    state: 'stopped',
    health: [trouble('stopped', 'Nothing mines now.', startCommand(facts))],
  };
}

function ofLastStop(stop: LastStop, nowMs: number): Partial<JudgedStatus> {
  return {
    stateSince: stop.stoppedAt,
    stateReason: `it was told to stop (${stop.reason})`,
    ...lastingFigures(stop, nowMs, false),
  };
}

/** What makes it run: a service by its manager, and where there is none by hand. */
function startCommand({ installed, service }: StatusFacts): FixCommand {
  return pearlctl(installed || service !== null ? 'start' : 'run');
}

const NEVER_STARTED: Pick<JudgedStatus, 'state' | 'stateReason' | 'health'> = {
  state: 'configured',
  stateReason: 'it has never been started',
  health: [
    trouble('never-started', 'Nothing mines yet.', fix`${pearlctl('install')} (or to watch: ${pearlctl('run')})`),
  ],
};

function unknownService(): ServiceStatus {
  return {
    manager: 'unknown',
    enabled: false,
    active: false,
    startsAt: 'unknown',
    drift: [],
    driftFix: null,
    dropIns: [],
    failure: null,
  };
}

function unusableSidecar(
  kind: Exclude<FileReading<SidecarRecord>['kind'], 'valid' | 'missing'>,
  start: FixCommand,
): HealthItem {
  if (kind === 'unreadable') {
    const whose = 'The sidecar belongs to another user.';
    return trouble('sidecar-unreadable', whose, 'Ask as the user that pearlctl runs as.');
  }
  const text = 'Its state file is damaged: a running supervisor writes it again, and so does a start.';
  return trouble(`sidecar-${kind}`, text, start);
}

function withSidecar(facts: StatusFacts, sidecar: SidecarRecord): JudgedStatus {
  const attached = sidecar.supervisor === null;
  const stats = facts.stats.kind === 'valid' ? facts.stats.value : null;
  const live = facts.alive.supervisor || (attached && (facts.alive.gateway || facts.alive.miner));
  const { state, reason, health } = live ? liveState(facts, sidecar) : deadState(facts, sidecar);
  const age = stats === null ? 0 : Math.max(0, (facts.nowMs - Date.parse(stats.updatedAt)) / 1000);
  // A supervisor that could not begin says why, and has nothing else to say (`refusal.ts`).
  const began = sidecar.gatewayKind !== '';
  const fresh = live && stats !== null && Number.isFinite(age);
  if (fresh && age > STATS_STALE_SECONDS) health.push(staleStats(age));
  if (facts.elsewhere === true) health.push(ELSEWHERE);
  if (live && facts.stats.kind === 'other-version') health.push(otherStats(facts));
  return {
    ...emptyModel(facts),
    version: sidecar.version,
    instance: sidecar.instance ?? facts.instance,
    network: sidecar.network,
    state,
    stateReason: reason,
    stateSince: fresh ? stats.stateSince : null,
    startedAt: isoSeconds(sidecar.startedAtSeconds),
    uptimeSeconds: uptimeSeconds(facts, sidecar, fresh ? stats : null, live, age),
    wallet: shortAddress(sidecar.wallet),
    supervisor:
      facts.alive.supervisor && sidecar.supervisor !== null
        ? { pid: sidecar.supervisor.pid, memoryBytes: stats?.memoryBytes.supervisor ?? null }
        : null,
    service: facts.service ?? (live ? serviceStatus(sidecar, facts.ownVersion) : null),
    gateway: !began
      ? null
      : {
          kind: sidecar.gatewayKind,
          url: sidecar.gatewayUrl,
          upstream: stats?.gateway.upstream ?? null,
          state: live ? gatewayState(facts, sidecar, stats) : 'gone',
        },
    children: !began
      ? null
      : {
          gateway: childStatus(sidecar.children.gateway, facts.alive.gateway, live, stats?.memoryBytes.gateway),
          miner: childStatus(sidecar.children.miner, facts.alive.miner, live, stats?.memoryBytes.miner),
        },
    ...(stats === null ? {} : lastingFigures(stats, facts.nowMs, fresh)),
    ...(fresh ? { ...pickFields(LIVING_FIGURES, stats), pools: stats.pools, threads: stats.threads } : {}),
    shape: sidecar.shape,
    pauseReason: fresh ? stats.pauseReason : null,
    dashboardUrl: facts.alive.supervisor ? sidecar.dashboardUrl : null,
    health: [...health, ...(stats?.health ?? []).filter(({ id }) => fresh || LAST_WORDS.includes(id))],
  };
}

/** Shares and blocks stay true after the end; how long a share takes is of a supervisor that lives (`fresh`). */
function lastingFigures(
  stats: Pick<Stats, keyof typeof LASTING_FIGURES>,
  nowMs: number,
  fresh: boolean,
): Pick<StatusModel, 'shares' | 'blocks'> {
  const { shares, ...others } = pickFields(LASTING_FIGURES, stats);
  const lastMs = Date.parse(shares.lastAt ?? '');
  const lastAgeSeconds = Number.isFinite(lastMs) ? Math.max(0, Math.round((nowMs - lastMs) / 1000)) : null;
  return { ...others, shares: { ...shares, lastAgeSeconds, expectedSeconds: fresh ? shares.expectedSeconds : null } };
}

const ELSEWHERE = trouble(
  'elsewhere',
  'It runs in another container (pid namespace), whose process numbers these are.',
  'Ask for its processes there; pause and stop work from here.',
);

interface LifecycleJudgement {
  state: LifecycleState;
  reason: string | null;
  health: HealthItem[];
}

/** The supervisor's own word, corrected by what the process table shows in the moments before it notices itself. */
function liveState(facts: StatusFacts, sidecar: SidecarRecord): LifecycleJudgement {
  const dead = (['gateway', 'miner'] as const).filter(
    (name) => sidecar.children[name].pid !== null && !facts.alive[name] && sidecar.children[name].state !== 'stopped',
  );
  if (sidecar.state === 'running' && dead.length > 0) {
    return { state: 'degraded', reason: `the ${dead.join(' and the ')} died a moment ago`, health: [] };
  }
  return { state: sidecar.state, reason: sidecar.stateReason, health: [] };
}

function deadState(facts: StatusFacts, sidecar: SidecarRecord): LifecycleJudgement {
  const orphans = (['gateway', 'miner'] as const).filter((name) => facts.alive[name]);
  const health = orphans.map((name) => {
    const text = `The ${name} (pid ${sidecar.children[name].pid}) outlived its supervisor.`;
    return trouble(`orphan-${name}`, text, fix`${startCommand(facts)} (which ends it first)`);
  });
  if (sidecar.supervisor === null) {
    return { state: 'failed', reason: 'the attached gateway and miner are gone', health };
  }
  if (sidecar.state === 'failed') {
    return { state: 'failed', reason: sidecar.stateReason ?? 'the supervisor gave up', health };
  }
  health.push(trouble('supervisor-killed', 'It could not clean up: killed, or a power cut.', startCommand(facts)));
  return { state: 'failed', reason: `the supervisor (pid ${sidecar.supervisor.pid}) was killed`, health };
}

function staleStats(age: number): HealthItem {
  return trouble('stats-stale', `The figures are ${Math.round(age)} s old.`, pearlctl('doctor'));
}

function otherStats({ installed }: StatusFacts): HealthItem {
  const remedy = installed ? pearlctl('restart') : fix`${pearlctl('stop')}, then: ${pearlctl('run')}`;
  return trouble('stats-other-version', 'The figures are of another version of pearlctl, and cannot be shown.', remedy);
}

/** Seconds since the start, from the supervisor's monotonic clock where it told; the wall clock is the fallback. */
function uptimeSeconds(
  facts: StatusFacts,
  sidecar: SidecarRecord,
  stats: Stats | null,
  live: boolean,
  ageSeconds: number,
): number | null {
  if (!live) return null;
  if (stats !== null) return Math.round(stats.uptimeSeconds + Math.min(ageSeconds, STATS_STALE_SECONDS));
  return Math.max(0, Math.round(facts.nowMs / 1000 - sidecar.startedAtSeconds));
}

function gatewayState(facts: StatusFacts, sidecar: SidecarRecord, stats: Stats | null): string {
  const child = sidecar.children.gateway;
  if (child.pid !== null && !facts.alive.gateway) return 'gone';
  return stats?.gateway.state ?? child.state;
}

function childStatus(
  child: SidecarChild,
  alive: boolean,
  live: boolean,
  memoryBytes: number | null = null,
): ChildStatus {
  const told = alive || child.state === 'failed' || (live && child.pid === null);
  return {
    pid: alive ? child.pid : null,
    state: told ? child.state : 'gone',
    restarts: child.restarts,
    lastExit: child.lastExit,
    memoryBytes: alive ? memoryBytes : null,
  };
}

/** The service in the supervisor's own words; that another version asks is what it cannot know. */
function serviceStatus({ service, version }: SidecarRecord, ownVersion: string): ServiceStatus | null {
  if (service === null || version === ownVersion) return service;
  return { ...service, drift: [...service.drift, `Version ${version} runs, this is ${ownVersion}.`] };
}

function isoSeconds(unixSeconds: number): string | null {
  const date = new Date(unixSeconds * 1000);
  return unixSeconds > 0 && Number.isFinite(date.getTime()) ? date.toISOString() : null;
}

/** `rprl1pqqqq…abcdef`: the prefix and the last six characters. */
function shortAddress(address: string): string | null {
  if (address === '') return null;
  const separator = address.indexOf('1');
  return address.length <= 20 ? address : `${address.slice(0, separator + 2)}…${address.slice(-6)}`;
}
