// The seven keys of the sidecar that other tools read, as the provider that this project grew from spells them. Everything else
// in pearlctl knows these facts by names of its own.
import { amount, type Fields, object, pid, text } from '../../base/json-fields.ts';

/** As it stands in the file; the mirror holds these keys alone. */
export interface LegacySidecar {
  provider: string;
  /** Unix seconds. */
  started_at: number;
  wallet_address: string;
  /** `http://HOST:PORT` or `unix:PATH`. */
  gateway_url: string;
  /** `http://HOST:PORT/metrics`. */
  metrics_url: string;
  gateway_pid: number | null;
  miner_loop_pid: number | null;
}

/** The same facts under our names; the two pids are those of the children. */
export interface SevenFacts {
  provider: string;
  /** Unix seconds. */
  startedAtSeconds: number;
  wallet: string;
  gatewayUrl: string;
  metricsUrl: string;
}

type Children = Record<'gateway' | 'miner', { readonly pid: number | null }>;

export function sevenKeysOf(facts: SevenFacts & { readonly children: Children }): LegacySidecar {
  return {
    provider: facts.provider,
    started_at: facts.startedAtSeconds,
    wallet_address: facts.wallet,
    gateway_url: facts.gatewayUrl,
    metrics_url: facts.metricsUrl,
    gateway_pid: facts.children.gateway.pid,
    miner_loop_pid: facts.children.miner.pid,
  };
}

/** What is missing or of a wrong type is empty, or zero. */
export function readSevenKeys(fields: Fields): SevenFacts {
  return {
    provider: text(fields.provider) ?? '',
    startedAtSeconds: amount(fields.started_at),
    wallet: text(fields.wallet_address) ?? '',
    gatewayUrl: text(fields.gateway_url) ?? '',
    metricsUrl: text(fields.metrics_url) ?? '',
  };
}

/** The seven keys in a file of another tool; null where one is of a wrong type. A pid may be missing. */
export function parseSevenKeys(content: string): LegacySidecar | null {
  const fields = object(JSON.parse(content));
  if (fields === null) return null;
  const pids = [fields.gateway_pid ?? null, fields.miner_loop_pid ?? null];
  const texts = [fields.provider, fields.wallet_address, fields.gateway_url, fields.metrics_url];
  if (texts.some((value) => typeof value !== 'string') || typeof fields.started_at !== 'number') return null;
  if (pids.some((value) => value !== null && pid(value) === null)) return null;
  const children = { gateway: { pid: pid(pids[0]) }, miner: { pid: pid(pids[1]) } };
  return { ...sevenKeysOf({ ...readSevenKeys(fields), children }), started_at: fields.started_at };
}

/** Those keys of an object and no others, in their order. */
export function onlySevenKeys(session: LegacySidecar): LegacySidecar {
  const { provider, started_at, wallet_address, gateway_url, metrics_url, gateway_pid, miner_loop_pid } = session;
  return { provider, started_at, wallet_address, gateway_url, metrics_url, gateway_pid, miner_loop_pid };
}
