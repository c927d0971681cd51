// Which service manager runs this machine, decided from facts; where there is none, why, and what works instead.
import { existsSync } from 'node:fs';
import { textOf } from '../base/atomic-file.ts';
import { PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl } from '../base/fix.ts';
import type { ManagerKind } from './place.ts';

export interface MachineFacts {
  platform: NodeJS.Platform;
  /** `/run/systemd/system` exists: the documented test, sd_booted(3). */
  systemdBooted: boolean;
  /** Name of process 1. */
  init: string;
  /** The kernel's release names Microsoft: Windows Subsystem for Linux. */
  wsl: boolean;
  container: boolean;
}

export type Detection = { kind: ManagerKind } | { kind: null; reason: string; hint: Fix };

/** What works where no manager runs. */
export const FOREGROUND = fix`Mine without a service: ${pearlctl('run')}`;

/** Pure: the manager, or the reason why there is none. */
export function detectManager(facts: MachineFacts): Detection {
  if (facts.platform === 'darwin') return { kind: 'launchd' };
  if (facts.platform !== 'linux') return none(`There is no service manager for ${facts.platform} in pearlctl.`);
  if (facts.systemdBooted) return { kind: 'systemd' };
  if (facts.wsl) {
    return none(
      'This Windows Subsystem for Linux runs without systemd.',
      'Put "systemd=true" below "[boot]" into /etc/wsl.conf, then type in Windows: wsl --shutdown.',
    );
  }
  if (facts.container) return none('This container has no service manager: its one program is its service.');
  return none(`This machine is run by ${facts.init}, not by systemd.`);
}

function none(reason: string, hint = ''): Detection {
  return { kind: null, reason, hint: hint === '' ? FOREGROUND : fix`${hint} ${FOREGROUND}` };
}

/** Reads the facts of this machine. */
export function readMachineFacts(): MachineFacts {
  return {
    platform: process.platform,
    systemdBooted: existsSync('/run/systemd/system'),
    init: textOf('/proc/1/comm')?.trim() ?? 'an unknown init',
    wsl: /microsoft/i.test(textOf('/proc/sys/kernel/osrelease') ?? ''),
    container: existsSync('/.dockerenv') || existsSync('/run/.containerenv') || process.env.container !== undefined,
  };
}

/** The manager of this machine; throws SERVICE_MANAGER_MISSING with the reason. */
export function requireManager(facts: MachineFacts = readMachineFacts()): ManagerKind {
  const found = detectManager(facts);
  if (found.kind !== null) return found.kind;
  throw new PearlError('SERVICE_MANAGER_MISSING', found.reason, { hint: found.hint });
}
