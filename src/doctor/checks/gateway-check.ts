// Does the gateway answer the question that the miner asks, and how fast?
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import { type Endpoint, parseEndpoint, renderEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import { type ProbeResult, probeGateway } from '../../supervisor/children/gateway-probe.ts';
import { START_ATTACHED } from '../../supervisor/publish/health.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { ok, problem, skipped, warning, withoutStop } from '../finding.ts';

const LIMIT_MS = 5000;
/** On loopback an answer takes a millisecond; this long, and every job comes late. */
const SLOW_MS = 1000;

export const gateway: Look = {
  id: 'gateway',
  question: 'Does the gateway answer getMiningInfo',
  async run(context) {
    const endpoint = await endpointOf(context);
    if (endpoint === null) return skipped('no gateway runs');
    const { result, took } = await fastest(endpoint);
    const kind = (await context.config()).config?.gateway.kind;
    const where = renderEndpoint(endpoint);
    switch (result.kind) {
      case 'serving':
        if (took > SLOW_MS) return warning(`${where} answers after ${took} ms`, pearlctl('logs'));
        return ok(`${where} answers in ${took} ms${result.paused === null ? '' : `, without a job: ${result.paused}`}`);
      case 'unreachable':
        return problem(withoutStop(result.reason), kind === 'attached' ? START_ATTACHED : pearlctl('logs'));
      case 'silent':
        // A gateway that proves a block answers no request for about a minute.
        return warning(`${where} takes connections and does not answer`, 'Wait a minute and look again');
      case 'nonsense':
        return problem(
          `${where} is no gateway: ${result.reason}`,
          fix`${pearlctlByHand('config', 'set', 'gateway.port', 'PORT')} (its real one)`,
        );
    }
  },
};

/** The best of a few: the first also waits for all the other checks that begin at the same moment. */
async function fastest(endpoint: Endpoint): Promise<{ result: ProbeResult; took: number }> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; ; tries += 1) {
    const began = performance.now();
    const result = await probeGateway(endpoint, LIMIT_MS);
    best = Math.min(best, performance.now() - began);
    if (tries === 2 || result.kind !== 'serving') return { result, took: Math.max(1, Math.round(best)) };
  }
}

/** The one that runs; for an attached gateway, the one of the configuration. */
async function endpointOf(context: DoctorContext): Promise<Endpoint | null> {
  const live = context.live();
  if (live !== null && live.gatewayUrl !== '') return parseEndpoint(live.gatewayUrl);
  const { config } = await context.config();
  if (config === null || config.gateway.kind !== 'attached') return null;
  const { socket, host, port } = config.gateway;
  return socket === null ? { kind: 'tcp', host, port } : { kind: 'unix', path: socket };
}
