// Are the ports of the configuration free, or taken by our own processes?
import { asFix, type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { freePortFrom, portState } from '../../service/instance-ports.ts';
import type { SidecarRecord } from '../../state/sidecar/sidecar-record.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped } from '../finding.ts';

interface Wanted {
  readonly key: string;
  readonly port: number;
  /** What the running supervisor says that it serves there. */
  readonly url: string | null;
}

interface Fault extends Pick<Wanted, 'key' | 'port'> {
  readonly state: string;
  /** What to set the key to. */
  readonly instead: number;
}

const TAKEN = 'taken by another program';

/** Any free one, as the listener picks it; the gateway of a Pearl node cannot tell which that is, so it gets a number. */
async function insteadOf(key: string, { gateway }: Config): Promise<number> {
  if (gateway.kind !== 'external' || key !== 'gateway.port') return 0;
  // The metrics' port and the one behind it, which that gateway takes for its own, are not for this.
  const others = [gateway.metricsPort, gateway.metricsPort + 1];
  return (await freePortFrom(gateway.host, gateway.port + 1, others)) ?? gateway.port;
}

export const ports: Look = {
  id: 'ports',
  question: 'Are the ports free, or ours',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const facts: string[] = [];
    const faults: Fault[] = [];
    for (const { key, port, url } of wantedPorts(config, context.live())) {
      const ours = url !== null && new RegExp(`:${port}(?:/|$)`).test(url);
      const state = ours ? 'ours' : await portState(config.gateway.host, port);
      if (state === 'ours' || state === 'free') facts.push(`${port} ${state}`);
      else faults.push({ key, port, state: wordFor(state), instead: await insteadOf(key, config) });
    }
    if (faults.length > 0) return problem(faults.map(factOf).join('; '), fixOf(faults));
    return facts.length === 0 ? ok('any free port will do') : ok(facts.join(', '));
  },
};

function factOf({ key, port, state }: Fault): string {
  return `${key} ${port} is ${state}`;
}

/** How to see which program has them, and what takes other ones. */
function fixOf(faults: readonly Fault[]): Fix {
  const taken = faults.filter(({ state }) => state === TAKEN);
  const who = taken.map(({ port }) => `ss -ltnp 'sport = :${port}' (lsof -i :${port})`);
  const commands = faults
    .map(({ key, instead }) => asFix(pearlctl('config', 'set', key, String(instead))))
    .reduce((one, next) => fix`${one}, ${next}`);
  return fix`${who.length === 0 ? '' : `See what has it: ${who.join(', ')}. `}Take any free one: ${commands}`;
}

/** The gateway's port where we listen on it, and the metrics'; 0 is whatever is free. */
function wantedPorts({ gateway }: Config, live: SidecarRecord | null): Wanted[] {
  const listens = gateway.kind !== 'attached' && gateway.socket === null;
  return [
    ...(listens ? [{ key: 'gateway.port', port: gateway.port, url: live?.gatewayUrl ?? null }] : []),
    { key: 'gateway.metrics_port', port: gateway.metricsPort, url: live?.metricsUrl ?? null },
  ].filter(({ port }) => port !== 0);
}

function wordFor(state: Exclude<Awaited<ReturnType<typeof portState>>, 'free'>): string {
  if (state === 'taken') return TAKEN;
  return state === 'forbidden' ? 'not for this user' : `not usable (${state.errno})`;
}
