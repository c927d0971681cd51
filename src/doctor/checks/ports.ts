// Are the ports of the configuration free, or taken by our own processes?
import { createServer } from 'node:net';
import type { Config } from '../../config/config.ts';
import { errnoOf } from '../../errors.ts';
import type { Sidecar } from '../../sidecar/record.ts';
import type { Check } from '../check.ts';
import { ok, problem, skipped } from '../finding.ts';

interface Wanted {
  readonly key: string;
  readonly port: number;
  /** What the running supervisor says that it serves there. */
  readonly url: string | null;
}

export const ports: Check = {
  id: 'ports',
  area: 'Mining',
  question: 'Are the ports free, or ours',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const facts: string[] = [];
    for (const { key, port, url } of wantedPorts(config, context.live())) {
      const ours = url !== null && new RegExp(`:${port}(?:/|$)`).test(url);
      const state = ours ? 'ours' : await portState(config.gateway.host, port);
      if (state !== 'ours' && state !== 'free') {
        const fix = `Who has it: ss -ltnp 'sport = :${port}' (lsof -i :${port}). Or: pearlctl config set ${key} 0`;
        return problem(`${key} ${port} is ${state}`, fix);
      }
      facts.push(`${port} ${state}`);
    }
    return facts.length === 0 ? ok('any free port will do') : ok(facts.join(', '));
  },
};

/** The gateway's port where we listen on it, and the metrics'; 0 is whatever is free. */
function wantedPorts({ gateway }: Config, live: Sidecar | null): Wanted[] {
  const listens = gateway.kind !== 'attached' && gateway.socket === null;
  return [
    ...(listens ? [{ key: 'gateway.port', port: gateway.port, url: live?.gateway_url ?? null }] : []),
    { key: 'gateway.metrics_port', port: gateway.metricsPort, url: live?.metrics_url ?? null },
  ].filter(({ port }) => port !== 0);
}

/** By listening there for a moment: nothing else tells for sure. */
export function portState(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(wordFor(errnoOf(error))));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

function wordFor(errno: string | undefined): string {
  if (errno === 'EADDRINUSE') return 'taken by another program';
  if (errno === 'EACCES') return 'not for this user';
  return `not usable (${errno ?? 'unknown error'})`;
}
