// Which checks were shown well and which were shown with a fault. Each test file owes both for its share of the checks, and
// the shares together are all of them.
import type { Test } from 'tap';
import type { FindingStatus } from '../../src/doctor/finding.ts';

/** Test files below test/, and the checks that each shows well and ill. */
export const SHARES: Readonly<Record<string, readonly string[]>> = {
  'doctor/checks/machine.test.ts': ['platform', 'processor', 'memory', 'disk', 'power', 'sleep'],
  'doctor/checks/program.test.ts': ['node', 'addon', 'version', 'configuration', 'wallet', 'secrets', 'applied'],
  'doctor/checks/service-check.test.ts': ['service', 'boot', 'hardening', 'doubles', 'logs', 'node'],
  'doctor/checks/mining.test.ts': [
    ...['supervisor', 'priority', 'ports', 'gateway', 'upstream', 'pools', 'gateway-program', 'node-rpc'],
  ],
  // Over a supervisor that really mines, and over one whose pool turns it away.
  'cli/commands/doctor.test.ts': ['applied', 'supervisor', 'priority', 'gateway', 'upstream'],
  // Over faults that need no root.
  'cli/doctor-faults.test.ts': [
    ...['configuration', 'wallet', 'secrets', 'ports', 'pools', 'gateway-program', 'node-rpc', 'logs'],
  ],
  // In a real systemd, the built product over faults of the machine itself; and one with a clock of its own.
  'systemd/machine.test.ts': [...['platform', 'processor', 'memory', 'huge-pages', 'disk', 'power', 'heat', 'miners']],
  'systemd/clock.test.ts': ['clock'],
  // In a real systemd, with faults that people really make.
  'systemd/doctor.test.ts': [
    ...['service', 'boot', 'hardening', 'doubles', 'logs', 'sleep'],
    ...['node', 'addon', 'configuration', 'disk', 'version'],
  ],
};

const seen = new Map<string, Set<FindingStatus>>();

/** Remembers a finding of this test file. True for the first of its kind. */
export function show(id: string, status: FindingStatus): boolean {
  const statuses = seen.get(id) ?? new Set();
  const isFirst = !statuses.has(status);
  seen.set(id, statuses.add(status));
  return isFirst;
}

/** To be called when all other tests of the file have run. @param lacking why this machine cannot show some of them. */
export function expectShown(t: Test, file: string, lacking: Readonly<Record<string, string | false>> = {}): void {
  const share = SHARES[file];
  if (share === undefined) throw new Error(`${file} has no share`);
  for (const id of share) {
    const statuses = seen.get(id) ?? new Set();
    const skip = lacking[id] || false;
    t.ok(statuses.has('ok'), `${id} was seen well`, { skip });
    t.ok(statuses.has('warning') || statuses.has('problem'), `${id} was seen with a fault`, { skip });
  }
}
