// Reading `stats.json`. What is missing or of a wrong type reads as zero or nothing: it is display material only.
import { amount, count, type Fields, isCount, object, text } from './fields.ts';
import { parseWith, type Reading, readWith } from './read.ts';
import type { HealthItem, Stats } from './record.ts';

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
  return {
    schema: fields.schema,
    updated_at: text(fields.updated_at) ?? '',
    uptime_seconds: amount(fields.uptime_seconds),
    rate: {
      macs_per_second_10s: amount(rate.macs_per_second_10s),
      macs_per_second_60s: amount(rate.macs_per_second_60s),
      macs_per_second_15m: amount(rate.macs_per_second_15m),
    },
    shares: {
      submitted: count(shares.submitted),
      accepted: count(shares.accepted),
      rejected: count(shares.rejected),
      stale: count(shares.stale),
      dropped: count(shares.dropped),
      unknown: count(shares.unknown),
      last_at: text(shares.last_at),
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
    pause_reason: text(fields.pause_reason),
    health: Array.isArray(fields.health) ? fields.health.map(healthFrom).filter((item) => item !== null) : [],
  };
}

function healthFrom(value: unknown): HealthItem | null {
  const fields = object(value);
  const id = text(fields?.id);
  const words = text(fields?.text);
  return id === null || words === null ? null : { id, text: words, fix: text(fields?.fix) ?? '' };
}
