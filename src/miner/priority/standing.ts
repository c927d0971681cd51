// Where the idle priority of the mining threads holds, and what is missing where it does not. Pure. SCHED_IDLE and nice count
// only inside one scheduling group (sched(7)): a control group with a weight of its own, or else the session's autogroup.
import { dirname } from 'node:path';
import { asFix, type Fix, fix, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import type { MinerHeartbeat } from '../../protocol/channel/messages.ts';

/** A control group with a share of the processor of its own. */
export interface WeighedGroup {
  /** As below the mount of the control groups. */
  readonly path: string;
  /** `cpu.idle` is set. */
  readonly idle: boolean;
  /** 1 to 10000, where a group that was told nothing has 100. */
  readonly weight: number;
}

export interface PriorityFacts {
  /** From the outermost to the one that the miner is in. Empty: it is in the root group. */
  readonly groups: readonly WeighedGroup[];
  /** The outermost is the group of a container, whose place on the machine cannot be seen. */
  readonly contained: boolean;
  /** The nice value of its session's autogroup; null where the system forms none. It counts only in the root group. */
  readonly sessionNice: number | null;
  /** Threads that mine, and how many of them are SCHED_IDLE. */
  readonly threads: number;
  readonly idleThreads: number;
}

export type PriorityGap = NonNullable<MinerHeartbeat['priorityGap']>;

export interface Standing {
  /** Before which other programs the miner gives way. */
  readonly reach: NonNullable<MinerHeartbeat['priority']>;
  /** What keeps it from giving way everywhere, where something can be done about it. */
  readonly gap: PriorityGap | null;
  /** In words, without a full stop. */
  readonly text: string;
}

const USUAL_WEIGHT = 100;
/** The least that can be set: a hundredth of the usual. */
const LEAST_WEIGHT = 1;
const LEAST_NICE = 19;

/** @param facts null where the system does not tell. */
export function standingOf(facts: PriorityFacts | null): Standing {
  if (facts === null)
    return { reach: 'unknown', gap: null, text: 'this system does not tell where its priority counts' };
  const { groups, contained, sessionNice, threads, idleThreads } = facts;
  const [outermost] = groups;
  if (outermost !== undefined && isLeast(outermost)) return everywhere(`its control group ${outermost.path} is idle`);
  if (outermost === undefined && sessionNice !== null && sessionNice >= LEAST_NICE) {
    return everywhere('its session has the least priority');
  }
  if (idleThreads < threads) {
    const refused = `${threads - idleThreads} of ${threads} threads did not get idle priority: the system refused it`;
    return { reach: 'nowhere', gap: 'threads', text: refused };
  }
  if (outermost === undefined) {
    return sessionNice === null
      ? everywhere('its threads have idle priority')
      : { reach: 'nowhere', gap: 'session', text: 'its session has the priority of a normal program' };
  }
  const least = groups.find(isLeast);
  const beside = `beside programs outside ${outermost.path} it counts as a normal one (weight ${outermost.weight})`;
  if (least !== undefined) return { reach: 'partly', gap: null, text: `idle inside ${dirname(least.path)}; ${beside}` };
  const chosen = groups.find(({ weight }) => weight !== USUAL_WEIGHT);
  if (chosen !== undefined) {
    return { reach: 'partly', gap: null, text: `its control group ${chosen.path} has the weight ${chosen.weight}` };
  }
  const innermost = groups.at(-1) ?? outermost;
  if (isLogin(innermost)) {
    return { reach: 'partly', gap: null, text: `idle inside this login session (${innermost.path}); ${beside}` };
  }
  return contained
    ? { reach: 'nowhere', gap: 'container', text: 'this container counts as a normal program' }
    : { reach: 'nowhere', gap: 'group', text: `its control group ${innermost.path} counts as a normal program` };
}

const FIXES: Record<PriorityGap, Fix> = {
  container: asFix('Start the container with the least weight: docker run --cpu-shares 2'),
  group: fix`Start it with: systemd-run --user --scope -p CPUWeight=idle pearlctl run, or as a service: ${pearlctl('install')}`,
  session: fix`Start it with ${pearlctl('run')}, which gives the miner a session of its own, or: ${sudoPearlctl('install')}`,
  threads: asFix('Allow the system call sched_setscheduler in the sandbox that pearlctl runs in.'),
};

export function priorityFix(gap: PriorityGap): Fix {
  return FIXES[gap];
}

function everywhere(text: string): Standing {
  return { reach: 'everywhere', gap: null, text };
}

function isLeast({ idle, weight }: WeighedGroup): boolean {
  return idle || weight <= LEAST_WEIGHT;
}

/** The shell that started it is in the same group (systemd-logind(8)). */
function isLogin({ path }: WeighedGroup): boolean {
  return /\/session-[^/]+\.scope$/.test(path);
}
