// The runtime sidecar as the provider this one grew from keeps it: seven keys in a JSON file that other tools read. The
// supervisor's own, richer file holds the same keys and is not written through here.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { legacyKeys } from '../state/sidecar/sidecar-file.ts';
import type { LegacySidecar } from '../state/sidecar/sidecar-record.ts';

export type { LegacySidecar } from '../state/sidecar/sidecar-record.ts';

/** Far more than seven keys need. */
const MAX_CHARACTERS = 256 * 1024;

function isPid(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0);
}

function fromJson(text: string): LegacySidecar | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  const { provider, started_at, wallet_address, gateway_url, metrics_url } = fields;
  const { gateway_pid = null, miner_loop_pid = null } = fields;
  const texts = [provider, wallet_address, gateway_url, metrics_url];
  if (texts.some((text) => typeof text !== 'string') || typeof started_at !== 'number') return null;
  if (!isPid(gateway_pid) || !isPid(miner_loop_pid)) return null;
  return legacyKeys({ ...(fields as unknown as LegacySidecar), gateway_pid, miner_loop_pid });
}

export const Sidecar = {
  /** The seven keys; null for a file that is missing, torn or not ours. */
  read(path: string): LegacySidecar | null {
    try {
      const text = readFileSync(path, 'utf8');
      return text.length > MAX_CHARACTERS ? null : fromJson(text);
    } catch {
      return null;
    }
  },

  /** Writes the seven keys and no others: a new file of mode 0600, renamed over the old. Throws system errors. */
  write(path: string, session: LegacySidecar): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomically(path, `${JSON.stringify(legacyKeys(session), null, 2)}\n`, { mode: 0o600, durable: true });
  },

  /** A missing file is fine. */
  remove(path: string): void {
    rmSync(path, { force: true });
  },
} as const;
