// Reading `stats.json`. What is missing or of a wrong type reads as zero or nothing: it is display material only.
import { asFix, readFix } from '../../base/fix.ts';
import { amount, count, type Fields, isCount, object, text } from '../../base/json-fields.ts';
import { parseWith, type Reading, readWith } from './read-sidecar.ts';
import type { HealthItem, Stats } from './sidecar-record.ts';

export function readStats(path: string): Reading<Stats> {
  return readWith(path, statsFrom);
}

export function parseStats(content: string): Reading<Stats> {
  return parseWith(content, statsFrom);
}

function statsFrom(fields: Fields): Stats | string {
  if (!isCount(fields.schema) || fields.schema < 1) return 'is not ours: it has no schema number';
  const rate = object(fields.rate) ?? {};
  const shares = object(fields.shares) ?? {};
  const job = object(fields.job);
  const gateway = object(fields.gateway) ?? {};
  const miner = object(fields.miner) ?? {};
  const memory = object(fields.memory) ?? {};
  return {
    schema: fields.schema,
    updated_at: text(fields.updated_at) ?? '',
    uptime_seconds: amount(fields.uptime_seconds),
    rate: {
      macs_per_second_10s: amount(rate.macs_per_second_10s),
      macs_per_second_60s: amount(rate.macs_per_second_60s),
      macs_per_second_15m: amount(rate.macs_per_second_15m),
    },
    macs: digits(fields.macs),
    implied_rate: impliedRateFrom(object(fields.implied_rate)),
    shares: {
      submitted: count(shares.submitted),
      accepted: count(shares.accepted),
      rejected: count(shares.rejected),
      stale: count(shares.stale),
      dropped: count(shares.dropped),
      unknown: count(shares.unknown),
      last_at: text(shares.last_at),
      expected_seconds: known(shares.expected_seconds),
    },
    blocks: { accepted: count(object(fields.blocks)?.accepted) },
    job:
      job === null
        ? null
        : {
            height: isCount(job.height) ? job.height : null,
            age_seconds: amount(job.age_seconds),
            cert_version: count(job.cert_version),
          },
    gateway: {
      state: text(gateway.state) ?? 'unknown',
      upstream: text(gateway.upstream),
      reason: text(gateway.reason),
    },
    miner: {
      activity: text(miner.activity) ?? 'unknown',
      reason: text(miner.reason),
      kernel: text(miner.kernel),
      threads: count(miner.threads),
      found: count(miner.found),
    },
    memory: {
      supervisor_bytes: known(memory.supervisor_bytes),
      gateway_bytes: known(memory.gateway_bytes),
      miner_bytes: known(memory.miner_bytes),
    },
    pause_reason: text(fields.pause_reason),
    health: Array.isArray(fields.health) ? fields.health.map(healthFrom).filter((item) => item !== null) : [],
  };
}

function impliedRateFrom(fields: Fields | null): Stats['implied_rate'] {
  if (fields === null) return null;
  return {
    shares: count(fields.shares),
    window_seconds: amount(fields.window_seconds),
    macs_per_second: amount(fields.macs_per_second),
    low_macs_per_second: amount(fields.low_macs_per_second),
    high_macs_per_second: amount(fields.high_macs_per_second),
    measured_macs_per_second: amount(fields.measured_macs_per_second),
  };
}

function digits(value: unknown): string {
  return typeof value === 'string' && /^\d{1,40}$/.test(value) ? value : '0';
}

/** An amount that may be unknown. */
function known(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function healthFrom(value: unknown): HealthItem | null {
  const fields = object(value);
  const id = text(fields?.id);
  const words = text(fields?.text);
  return id === null || words === null ? null : { id, text: words, fix: readFix(fields?.fix) ?? asFix('') };
}
