// The ports on loopback that instances have or want, and free ones beside them.
import { createServer } from 'node:net';
import { errnoOf, PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { type Config, loadUsableConfig } from '../config/configuration.ts';
import { SECTIONS } from '../config/keys.ts';
import type { Paths } from '../config/paths.ts';
import { lifeOf } from '../state/life.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { Caller } from './caller.ts';
import { findInstances } from './instances.ts';

/** Null where it listens on none, or where this account may not see which. */
export interface Ports {
  readonly gateway: number | null;
  readonly metrics: number | null;
}

interface SeenPorts extends Ports {
  readonly hidden?: boolean;
}

/** Where a configuration has it listen; null for any free port, and for a gateway that is another program's or has a socket. */
function configuredPorts({ gateway }: Config): Ports {
  const listens = gateway.kind !== 'attached' && gateway.socket === null;
  return { gateway: listens ? gateway.port || null : null, metrics: gateway.metricsPort || null };
}

/** Those of a living supervisor, by its sidecar; else those of the configuration. */
export async function portsOf(paths: Paths, alive: boolean): Promise<SeenPorts> {
  const sidecar = readSidecar(paths.sidecarFile);
  if (alive && sidecar.kind === 'valid') {
    const { gatewayUrl, metricsUrl } = sidecar.value;
    return { gateway: portOf(gatewayUrl), metrics: portOf(metricsUrl) };
  }
  const config = await loadUsableConfig(paths);
  return config === null ? { gateway: null, metrics: null, hidden: true } : configuredPorts(config);
}

function portOf(url: string | null): number | null {
  return url !== null && URL.canParse(url) ? Number(new URL(url).port) || null : null;
}

/** Another instance, in the words of a sentence, with the ports that it has or wants. */
interface Neighbour {
  readonly name: string;
  readonly ports: readonly number[];
}

/** Every other instance that this account may see. One whose ports it may not see counts as having the usual ones. */
async function neighbours(caller: Caller, configFile: string): Promise<Neighbour[]> {
  const others = findInstances(caller).filter(({ paths }) => paths.configFile !== configFile);
  return Promise.all(
    others.map(async ({ paths, account }) => {
      const ports = await portsOf(paths, (await lifeOf(paths)).kind !== 'dead');
      const known = [ports.gateway, ports.metrics].filter((port) => port !== null);
      const hidden = ports.hidden === true;
      const whose = paths.scope === 'system' ? 'the system' : account === caller.user ? 'your own' : `${account}’s`;
      const name = `${whose} instance${paths.instance === null ? '' : ` ${paths.instance}`} of pearlctl`;
      return { name, ports: hidden ? [...USUAL] : known };
    }),
  );
}

const { port, metrics_port } = SECTIONS.gateway.keys;
/** Of a configuration that says nothing of ports. */
const USUAL: readonly [gateway: number, metrics: number] = [Number(port.default), Number(metrics_port.default)];
/** From one instance to the next: numbers that a person recognises. */
const STRIDE = 10;

/** Ports for one more instance; null where the usual ones are free. */
export async function portsForNew(
  caller: Caller,
  configFile: string,
): Promise<{ gateway: number; metrics: number; why: string } | null> {
  const others = await neighbours(caller, configFile);
  const [usualGateway, usualMetrics] = USUAL;
  for (let step = 0; step < TRIES; step += 1) {
    const gateway = usualGateway + step * STRIDE;
    const metrics = usualMetrics + step * STRIDE;
    const taken = await Promise.all([gateway, metrics].map((one) => isTaken(one, others)));
    if (taken.some((is) => is)) continue;
    if (step === 0) return null;
    const holders = others.filter(({ ports }) => USUAL.some((one) => ports.includes(one))).map(({ name }) => name);
    const why = holders.length === 0 ? 'another program' : holders.join(' and ');
    return { gateway, metrics, why: `${usualGateway} and ${usualMetrics} are for ${why}` };
  }
  return null;
}

async function isTaken(one: number, others: readonly Neighbour[]): Promise<boolean> {
  return others.some(({ ports }) => ports.includes(one)) || (await portState('127.0.0.1', one)) === 'taken';
}

/**
 * Of an instance that does not run, whether its ports are to be had.
 *
 * @throws PearlError PORT_IN_USE with the command that sets others.
 */
export async function requirePorts(config: Config, paths: Paths, caller: Caller): Promise<void> {
  const wanted = configuredPorts(config);
  const keys = [
    ['gateway.port', wanted.gateway],
    ['gateway.metrics_port', wanted.metrics],
  ] as const;
  for (const [key, number] of keys) {
    if (number === null || (await portState(config.gateway.host, number)) !== 'taken') continue;
    const others = await neighbours(caller, paths.configFile);
    const holder = others.find(({ ports }) => ports.includes(number))?.name ?? 'another program';
    const free = await portsForNew(caller, paths.configFile);
    const words =
      free === null
        ? [`${key}=${(await freePortFrom(config.gateway.host, number + 1, [])) ?? 0}`]
        : [`gateway.port=${free.gateway}`, `gateway.metrics_port=${free.metrics}`];
    throw new PearlError('PORT_IN_USE', `${key} ${number} is taken by ${holder}.`, {
      hint: fix`Take others: ${pearlctl('config', 'set', ...words)}`,
    });
  }
}

/** What is the matter with a port, told by listening there for a moment: nothing else tells for sure. */
export function portState(host: string, port: number): Promise<'free' | 'taken' | 'forbidden' | { errno: string }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(wordFor(errnoOf(error))));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

function wordFor(errno: string | undefined): 'taken' | 'forbidden' | { errno: string } {
  if (errno === 'EADDRINUSE') return 'taken';
  return errno === 'EACCES' ? 'forbidden' : { errno: errno ?? 'unknown error' };
}

/** How far behind the wanted one a free port is looked for. */
const TRIES = 100;

/** The first free port from `wanted` on that is none of `others`; null where there is none within a hundred. */
export async function freePortFrom(host: string, wanted: number, others: readonly number[]): Promise<number | null> {
  for (let port = wanted; port < wanted + TRIES && port <= 65_535; port += 1) {
    if (!others.includes(port) && (await portState(host, port)) === 'free') return port;
  }
  return null;
}
