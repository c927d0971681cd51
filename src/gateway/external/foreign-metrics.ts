// The reference gateway's own counters, where it serves them: it was designed to, current releases do not open the port.
import { readAnswerBody } from '../../protocol/jsonrpc/http-answer.ts';

/** The names that matter, of those in protocol section 9; a missing one reads as 0. */
export interface GatewayMetrics {
  readonly sharesSubmitted: number;
  readonly sharesAccepted: number;
  readonly blocksFound: number;
  readonly errors: number;
}

const NAMES = {
  sharesSubmitted: 'pearl_gateway_shares_submitted_total',
  sharesAccepted: 'pearl_gateway_shares_accepted_total',
  blocksFound: 'pearl_gateway_blocks_found_total',
  errors: 'pearl_gateway_errors_total',
} as const satisfies Record<keyof GatewayMetrics, string>;

const MAX_METRICS_BYTES = 1024 * 1024;

/** Reads Prometheus text: the first sample of a name counts, labels are ignored. Null when none of the names is there. */
export function parseGatewayMetrics(text: string): GatewayMetrics | null {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_:][a-z0-9_:]*)(?:\{[^}]*\})?\s+(\S+)/i.exec(line) ?? [];
    const number = Number(value);
    if (name !== undefined && Number.isFinite(number) && !samples.has(name)) samples.set(name, number);
  }
  if (!Object.values(NAMES).some((name) => samples.has(name))) return null;
  const read = (key: keyof GatewayMetrics) => samples.get(NAMES[key]) ?? 0;
  return {
    sharesSubmitted: read('sharesSubmitted'),
    sharesAccepted: read('sharesAccepted'),
    blocksFound: read('blocksFound'),
    errors: read('errors'),
  };
}

/** Null where nothing serves them, which is usual. */
export async function readGatewayMetrics(url: string, timeoutMs = 2000): Promise<GatewayMetrics | null> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? parseGatewayMetrics(await readAnswerBody(response.body, MAX_METRICS_BYTES)) : null;
  } catch {
    return null;
  }
}
