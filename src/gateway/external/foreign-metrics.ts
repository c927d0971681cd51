// The reference gateway's own count of blocks, where it serves one: it was designed to, current releases do not open the port.
import { readAnswerBody } from '../../protocol/jsonrpc/http-answer.ts';

const BLOCKS_FOUND = 'pearl_gateway_blocks_found_total';
/** By any of these its metrics are known (protocol section 9). */
const NAMES = [
  BLOCKS_FOUND,
  'pearl_gateway_shares_submitted_total',
  'pearl_gateway_shares_accepted_total',
  'pearl_gateway_errors_total',
];

const MAX_METRICS_BYTES = 1024 * 1024;
const ANSWER_MS = 2000;

/**
 * The blocks that the gateway has found, from Prometheus text: the first sample counts, labels are ignored. 0 for a missing one,
 * null when none of the names is there.
 */
export function parseBlocksFound(text: string): number | null {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_:][a-z0-9_:]*)(?:\{[^}]*\})?\s+(\S+)/i.exec(line) ?? [];
    const number = Number(value);
    if (name !== undefined && Number.isFinite(number) && !samples.has(name)) samples.set(name, number);
  }
  return NAMES.some((name) => samples.has(name)) ? (samples.get(BLOCKS_FOUND) ?? 0) : null;
}

/** Null where nothing serves them, which is usual. */
export async function readBlocksFound(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
    return response.ok ? parseBlocksFound(await readAnswerBody(response.body, MAX_METRICS_BYTES)) : null;
  } catch {
    return null;
  }
}
