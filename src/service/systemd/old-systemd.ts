// What our unit needs of systemd and an old one lacks without a word: it passes over lines that it does not know.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { RunCommand } from '../run-program.ts';

/** LoadCredential= came with it (systemd's NEWS, "CHANGES WITH 247"). */
const CREDENTIALS_SINCE = 247;

/** @throws PearlError SERVICE_CONFLICT where the service needs a password that this systemd cannot hand to it. */
export async function requireCredentials(run: RunCommand, { credentials }: ServiceDefinition): Promise<void> {
  const [first] = credentials;
  if (first === undefined) return;
  const version = systemdVersion((await run(['systemctl', '--version'])).stdout);
  if (version === null || version >= CREDENTIALS_SINCE) return;
  const message = `This systemd is ${version}, and hands passwords (${first.name}) to a service only since ${CREDENTIALS_SINCE}.`;
  throw new PearlError('SERVICE_CONFLICT', message, {
    hint: fix`Upgrade the system, use a pool without a password, or mine without a service: ${pearlctl('run')}`,
  });
}

/** Of the first line, such as `systemd 252 (252.38-1~deb12u1)`; null for another text. */
export function systemdVersion(text: string): number | null {
  const number = /^systemd (\d+)/.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}
