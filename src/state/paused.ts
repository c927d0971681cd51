// The wish to pause, which survives a restart: one small file in the state folder.
import { readFileSync, rmSync } from 'node:fs';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { object, text } from '../base/json-fields.ts';

/** Why mining is paused, or null. An unreadable file counts as a pause: to mine against a wish is the worse mistake. */
export function readPaused(path: string): string | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'user';
  }
  try {
    return text(object(JSON.parse(content))?.reason) ?? 'user';
  } catch {
    return 'user';
  }
}

/** Notes the pause, or its end. Throws what the file system threw. */
export function writePaused(path: string, reason: string | null): void {
  if (reason === null) {
    rmSync(path, { force: true });
    return;
  }
  const content = `${JSON.stringify({ schema: 1, reason, since: new Date().toISOString() })}\n`;
  writeFileAtomically(path, content, { mode: 0o600, durable: true });
}
