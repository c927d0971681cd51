// The wish to pause, which survives a restart: one small file in the state folder.
import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { errnoOf } from '../base/errors.ts';
import { object, parseJson, text } from '../base/json-fields.ts';

export interface Wish {
  /** `user`, or what another program gave as its reason. */
  readonly reason: string;
  /** Wall clock, milliseconds; null without an end. */
  readonly untilMs: number | null;
  /** When it was asked for, where it was kept. */
  readonly sinceMs?: number;
}

/** The pause that was asked for, or null. An unreadable file counts as one: to mine against a wish is the worse mistake. */
export function readPaused(path: string): Wish | null {
  let content = '';
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
  }
  const fields = object(parseJson(content));
  const untilMs = Date.parse(text(fields?.until) ?? '');
  const sinceMs = Date.parse(text(fields?.since) ?? '');
  return {
    reason: text(fields?.reason) ?? 'user',
    untilMs: Number.isFinite(untilMs) ? untilMs : null,
    ...(Number.isFinite(sinceMs) ? { sinceMs } : {}),
  };
}

/** Notes the pause, or its end. Throws what the file system threw. */
export function writePaused(path: string, wish: Wish | null): void {
  if (wish === null) {
    rmSync(path, { force: true });
    return;
  }
  const { reason, untilMs, sinceMs = Date.now() } = wish;
  const until = untilMs === null ? {} : { until: new Date(untilMs).toISOString() };
  const content = `${JSON.stringify({ schema: 1, reason, since: new Date(sinceMs).toISOString(), ...until })}\n`;
  writeFileAtomically(path, content, { mode: 0o600, durable: true });
}
