// What is wrong right now and what to type, as a pure function of the situation. Stable ids, each with its fix.
import { asFix, type Fix, fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import { priorityFix } from '../../miner/priority/standing.ts';
import type { HealthItem } from '../../state/table/session-table.ts';
import type { Situation } from './situation.ts';

export function healthOf(situation: Situation): HealthItem[] {
  return [
    ...childHealth(situation),
    ...finishingHealth(situation),
    ...upstreamHealth(situation),
    ...poolHealth(situation),
    ...minerHealth(situation),
    ...situation.troubles,
  ];
}

/** SIGKILL comes from the kernel when memory runs out, or from a person with `kill -9`. */
const OUT_OF_MEMORY = fix`${pearlctl('doctor', 'memory')} (unless you killed it, memory ran out)`;

/** What another program runs is started there. */
export const START_ATTACHED = fix`Start that gateway, or correct [gateway] host, port and socket: ${pearlctlByHand('config', 'edit')}`;

function childHealth({ machine, lastExits, facts, gatewaySilence }: Situation): HealthItem[] {
  const items: HealthItem[] = [];
  if (machine.children.gateway.state === 'starting' && gatewaySilence !== null) {
    const text = `Waiting for a gateway that another program runs: ${gatewaySilence}.`;
    items.push({ id: 'gateway-starting', text, fix: START_ATTACHED });
  }
  for (const name of ['gateway', 'miner'] as const) {
    const { state, reason, recycledFor } = machine.children[name];
    if (state !== 'backoff' && state !== 'recycling') continue;
    if (recycledFor === 'changed') continue;
    if (name === 'gateway' && facts.gatewayKind === 'attached') {
      const text = `${reason ?? 'the gateway does not answer'}; it is asked again.`;
      items.push({ id: `${name}-${state}`, text, fix: START_ATTACHED });
      continue;
    }
    items.push({
      id: `${name}-${state}`,
      text: `${reason ?? `the ${name} is not ready`}; it is restarted.`,
      fix: lastExits[name]?.signal === 'SIGKILL' ? OUT_OF_MEMORY : asFix(pearlctl('logs', '--child', name)),
    });
  }
  return items;
}

function finishingHealth({ machine: { children } }: Situation): HealthItem[] {
  const { state, recycledFor } = children.gateway;
  if (state !== 'finishing') return [];
  const what = recycledFor === null ? 'The stop' : 'The restart of the gateway';
  const text = `${what} waits for the certificate of a found block.`;
  return [{ id: 'finishing-block', text, fix: fix`Wait, or give the block up with: ${pearlctl('stop', '--now')}` }];
}

const LOGIN_FIX = fix`${pearlctlByHand('config', 'edit')} (wallet, login, password), then: ${pearlctl('reload')}`;

function upstreamHealth({ heard, facts }: Situation): HealthItem[] {
  const upstream = heard.gateway?.heartbeat.upstream;
  const reason = upstream?.reason ?? null;
  const why = reason === null ? '' : `: ${reason}`;
  const place = upstream?.url ?? facts.gatewayKind;
  switch (upstream?.phase) {
    case 'refused':
      return [{ id: 'upstream-refused', text: `${place} refuses us${why}.`, fix: upstream.fix ?? LOGIN_FIX }];
    case 'outdated-rules':
      return heard.miner?.heartbeat.activity === 'outdated-rules' ? [] : [outdatedRules(reason)];
    case 'backing-off': {
      const remedy = upstream.fix ?? fix`${pearlctl('doctor')} (it is tried again by itself)`;
      return [{ id: 'upstream-unreachable', text: `${place} cannot be used${why}.`, fix: remedy }];
    }
    default:
      return [];
  }
}

function outdatedRules(reason: string | null): HealthItem {
  return {
    id: 'outdated-rules',
    text: `Nothing is mined: ${reason ?? 'the network has new rules'}.`,
    fix: fix`Install a newer pearlctl where one mines by these rules, otherwise: ${pearlctl('stop')}`,
  };
}

const OTHER_POOL = fix`Choose another pool with: ${pearlctlByHand('config', 'edit')}, then: ${pearlctl('reload')}`;
/** By the ids of the gateway's troubles with its pools. */
const POOL_FIXES: Readonly<Record<string, Fix>> = {
  'pool-rejects': fix`See what it says of each share with: ${pearlctl('shares')}`,
  'pool-late': fix`See why with: ${pearlctl('shares')}`,
  'pool-refuses': LOGIN_FIX,
};

/** Between two shares that a pool and this machine both bear easily. */
const EASY_SHARE_SECONDS = 10;
/** Multiply-accumulates for one unit of pool difficulty (0xFFFF · 2^208 over the target; protocol section 10). */
const MACS_PER_DIFFICULTY = 2 ** 32;

function poolHealth({ heard, work }: Situation): HealthItem[] {
  const troubles = heard.gateway?.heartbeat.upstream.troubles ?? [];
  const difficulty = Math.max(1, Math.ceil((work.rate.macsPerSecond60s * EASY_SHARE_SECONDS) / MACS_PER_DIFFICULTY));
  const harder = fix`Where the pool takes it, ask for a share every ${EASY_SHARE_SECONDS} s with: ${pearlctl('config', 'set', 'pool.pass', `d=${difficulty}`)} (else by its port), then: ${pearlctl('reload')}`;
  const fixes: Readonly<Record<string, Fix>> = { ...POOL_FIXES, 'pool-drops': harder };
  return troubles.map(({ id, text, fix }) => ({ id, text, fix: fix ?? fixes[id] ?? OTHER_POOL }));
}

function minerHealth({ heard }: Situation): HealthItem[] {
  const miner = heard.miner?.heartbeat;
  if (miner === undefined) return [];
  const items: HealthItem[] = miner.rejectedKernels.map((kernel) => ({
    id: 'kernel-rejected',
    text: `The kernel ${kernel} computed wrongly in its self-test and is not used.`,
    fix: fix`${pearlctl('self-test')}; check memory and overclocking of this machine`,
  }));
  if (miner.activity === 'outdated-rules') items.push(outdatedRules(miner.reason));
  if (miner.setUpBurden !== null) {
    const smaller = fix`Mine a smaller shape with: ${pearlctl('config', 'set', 'shape.preset', 'light')}, then: ${pearlctl('reload')}`;
    items.push({ id: 'set-ups', text: `The miner hardly gets to work: ${miner.setUpBurden}.`, fix: smaller });
  }
  if (miner.priorityGap !== null) {
    items.push({
      id: `priority-${miner.priorityGap}`,
      text: `Mining slows other programs down: ${miner.priorityText ?? 'its priority does not hold'}.`,
      fix: priorityFix(miner.priorityGap),
    });
  }
  if (miner.activity === 'unusable-job') {
    const text = `The current job cannot be mined: ${miner.reason ?? 'the miner does not say why'}.`;
    const wait = asFix('Wait for the next job, or update pearlctl when this stays.');
    items.push({ id: 'job-unusable', text, fix: wait });
  }
  if (miner.activity === 'no-memory') {
    const more = fix`Give it fewer threads or more memory, such as ${pearlctl('config', 'set', 'miner.threads', 'auto')} or ${pearlctl('config', 'set', 'miner.memory', '1G')}, then: ${pearlctl('reload')}`;
    items.push({ id: 'no-memory', text: `Nothing is mined: ${miner.reason ?? 'too little memory'}.`, fix: more });
  }
  return items;
}
