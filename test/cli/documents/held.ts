// Which documents of docs/json-reference.md were held against what the program really prints. Each test file owes its share of them, and
// the shares together are all of them.
import type { Test } from 'tap';
import { DOCUMENTS, type DocumentName } from '../../../scripts/docs/json-page.ts';
import { neverSeen, violations } from './conform.ts';

/** Test files below test/, and the documents that each has printed by the program itself. */
export const SHARES: Readonly<Record<string, readonly DocumentName[]>> = {
  'cli/documents/commands.test.ts': [
    ...(['shares', 'list', 'doctor', 'logs', 'verify', 'verifyBatch', 'bench', 'selfTest'] as const),
    ...(['configShow', 'configGet', 'configValidate', 'configChange'] as const),
    ...([
      'metrics',
      'metricsHive',
      'metricsTemplate',
      'pause',
      'init',
      'render',
      'completion',
      'failure',
      'version',
    ] as const),
  ],
  'cli/commands/attach.test.ts': ['attach', 'detach', 'stopDirectly'],
  'cli/commands/bench.test.ts': ['calibrate'],
  'cli/commands/pools.test.ts': ['pools', 'poolsPing'],
  'cli/demo/play-demo.test.ts': ['demo'],
  // Over a supervisor that really mines.
  'e2e/supervise.test.ts': ['status', 'history', 'dashboard', 'pause', 'reloadDirectly', 'stopDirectly'],
  // In a real systemd.
  'systemd/system-life.test.ts': ['status', 'install', 'start', 'service', 'uninstall'],
};

/** What only other circumstances bring: beginnings of keys. */
const ELSEWHERE: Readonly<Partial<Record<DocumentName, readonly string[]>>> = {
  // Key by key in status.test.ts, in every situation.
  status: [''],
  // Only over a file that was wrong before.
  configChange: ['remaining[]'],
  // Only beside a gateway, and on a machine that tells its watts.
  calibrate: ['expected.', 'power.'],
  // On a machine without a sensor.
  metricsHive: ['stats.temp[]'],
  install: ['verification.lines[]'],
  start: ['lines[]'],
  // Where a drop-in sets it.
  service: ['logNamespace', 'dropIns[]'],
  // Where the processor has a kernel that the system does not let this process use.
  selfTest: ['refused[]'],
};

const seen = new Map<DocumentName, unknown[]>();

/** Holds what the program printed against the description of that name, and remembers it. */
export function hold(t: Test, name: DocumentName, documents: readonly unknown[]): void {
  const spec = DOCUMENTS[name];
  for (const document of documents) {
    t.same(violations(spec, document), [], `${name} is as described`);
    if (spec.schemaVersion !== null) t.match(document, { schemaVersion: spec.schemaVersion });
  }
  seen.set(name, [...(seen.get(name) ?? []), ...documents]);
}

/** To be called when all other tests of the file have run: its whole share was held, and every described key was seen. */
export function expectHeld(t: Test, file: string): void {
  const share = SHARES[file];
  if (share === undefined) throw new Error(`${file} has no share`);
  for (const name of share) {
    const documents = seen.get(name) ?? [];
    t.ok(documents.length > 0, `${name} was printed`);
    const missing = neverSeen(DOCUMENTS[name], documents);
    const surprising = missing.filter((key) => !ELSEWHERE[name]?.some((beginning) => key.startsWith(beginning)));
    t.same(surprising, [], `every key of ${name} was seen`);
  }
}
