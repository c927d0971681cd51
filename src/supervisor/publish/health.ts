// What is wrong right now and what to type, as a pure function of the situation. Stable ids, each with its fix.
import { asFix, type Fix, fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { HealthItem } from '../../state/table/session-table.ts';
import type { Situation } from './situation.ts';

export function healthOf(situation: Situation): HealthItem[] {
  return [
    ...childHealth(situation),
    ...upstreamHealth(situation),
    ...poolHealth(situation),
    ...minerHealth(situation),
    ...situation.troubles,
  ];
}

/** SIGKILL comes from the kernel when memory runs out, or from a person with `kill -9`. */
const OUT_OF_MEMORY = fix`${pearlctl('doctor', 'memory')} (unless you killed it, memory ran out)`;

function childHealth({ machine, lastExits }: Situation): HealthItem[] {
  const items: HealthItem[] = [];
  for (const name of ['gateway', 'miner'] as const) {
    const { state, reason, recycledFor } = machine.children[name];
    if (state !== 'backoff' && state !== 'recycling') continue;
    if (recycledFor === 'changed') continue;
    items.push({
      id: `${name}-${state}`,
      text: `${reason ?? `the ${name} is not ready`}; it is restarted.`,
      fix: lastExits[name]?.signal === 'SIGKILL' ? OUT_OF_MEMORY : asFix(pearlctl('logs', '--child', name)),
    });
  }
  return items;
}

function upstreamHealth({ heard, facts }: Situation): HealthItem[] {
  const upstream = heard.gateway?.heartbeat.upstream;
  const reason = upstream?.reason ?? null;
  const place = upstream?.url ?? facts.gatewayKind;
  switch (upstream?.phase) {
    case 'refused':
      return [
        {
          id: 'upstream-refused',
          text: `${place} refuses us${reason === null ? '' : `: ${reason}`}.`,
          fix: fix`${pearlctlByHand('config', 'edit')} (wallet, login, password), then: ${pearlctl('reload')}`,
        },
      ];
    case 'backing-off':
      return [
        {
          id: 'upstream-unreachable',
          text: `${place} cannot be used${reason === null ? '' : `: ${reason}`}.`,
          fix: fix`${pearlctl('doctor')} (it is tried again by itself)`,
        },
      ];
    default:
      return [];
  }
}

const OTHER_POOL = fix`Choose another pool with: ${pearlctlByHand('config', 'edit')}, then: ${pearlctl('reload')}`;
/** By the ids of the gateway's troubles with its pools. */
const POOL_FIXES: Readonly<Record<string, Fix>> = {
  'pool-rejects': fix`See what it says of each share with: ${pearlctl('shares')}`,
  'pool-refuses': fix`${pearlctlByHand('config', 'edit')} (wallet, login, password), then: ${pearlctl('reload')}`,
  'pool-job-newer': fix`Install a newer pearlctl`,
};

function poolHealth({ heard }: Situation): HealthItem[] {
  const troubles = heard.gateway?.heartbeat.upstream.troubles ?? [];
  return troubles.map(({ id, text }) => ({ id, text, fix: POOL_FIXES[id] ?? OTHER_POOL }));
}

function minerHealth({ heard }: Situation): HealthItem[] {
  const miner = heard.miner?.heartbeat;
  if (miner === undefined) return [];
  const items: HealthItem[] = miner.rejectedKernels.map((kernel) => ({
    id: 'kernel-rejected',
    text: `The kernel ${kernel} computed wrongly in its self-test and is not used.`,
    fix: fix`${pearlctl('self-test')}; check memory and overclocking of this machine`,
  }));
  if (miner.activity === 'unusable-job') {
    items.push({
      id: 'job-unusable',
      text: `The current job cannot be mined: ${miner.reason ?? 'the miner does not say why'}.`,
      fix: asFix('Wait for the next job, or update pearlctl when this stays.'),
    });
  }
  return items;
}
