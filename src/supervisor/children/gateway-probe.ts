// Asks a gateway the one question that tells whether it serves: `getMiningInfo` (protocol section 9).
import { errnoOf, PearlError } from '../../base/errors.ts';
import type { Endpoint } from '../../protocol/jsonrpc/endpoint.ts';
import { isJsonObject } from '../../protocol/jsonrpc/lossless-json.ts';
import { RpcClient } from '../../protocol/jsonrpc/rpc-client.ts';
import { pausedWords, RPC_CODE, type RpcOutcome } from '../../protocol/jsonrpc/rpc-message.ts';

/**
 * `silent`: it takes connections and does not answer, as the reference gateway does while it proves.
 * `nonsense`: something answers there, and it is no gateway.
 */
export type ProbeResult =
  | { kind: 'serving'; paused: string | null }
  | { kind: 'unreachable' | 'silent' | 'nonsense'; reason: string };

/** One connection, one question, one answer within `timeoutMs`; never throws. */
export async function probeGateway(endpoint: Endpoint, timeoutMs: number): Promise<ProbeResult> {
  let client: RpcClient | null = null;
  try {
    client = await RpcClient.connect(endpoint, timeoutMs);
    return judgeProbe(await client.call('getMiningInfo', {}, timeoutMs));
  } catch (error) {
    const reason = error instanceof PearlError ? error.message : (errnoOf(error) ?? String(error));
    if (error instanceof PearlError && error.code === 'GATEWAY_NONSENSE') return { kind: 'nonsense', reason };
    return { kind: client?.open === true ? 'silent' : 'unreachable', reason };
  } finally {
    client?.close();
  }
}

/** A job, or `mining_paused`, makes a gateway; any other answer does not. */
function judgeProbe(outcome: RpcOutcome): ProbeResult {
  if (!outcome.ok) {
    const { code, message } = outcome.failure;
    if (code === RPC_CODE.paused) return { kind: 'serving', paused: pausedWords(message) };
    return { kind: 'nonsense', reason: `it answers getMiningInfo with error ${code}: ${message.slice(0, 200)}` };
  }
  if (isJsonObject(outcome.result) && typeof outcome.result.incomplete_header_bytes === 'string') {
    return { kind: 'serving', paused: null };
  }
  return { kind: 'nonsense', reason: 'its answer to getMiningInfo holds no job' };
}
