// The sidecar `mining.json`: which processes run, in which state, and why. Its keys are only ever added. Seven of them belong to
// the provider that this project grew from, and are spelled in `seven-keys.ts` alone.
import type { Fields } from '../../base/json-fields.ts';
import {
  type Field,
  type FieldValue,
  fileRecord,
  type RecordOf,
  readRecord,
  type Table,
  UnreadableRecord,
} from '../table/field.ts';
import { CHILD_HISTORY, CHILD_STATES, LIVING_STATES, NOTED_SERVICE, SHAPE } from '../table/session-table.ts';
import { readSevenKeys, type SevenFacts, sevenKeysOf } from './seven-keys.ts';

/** Number of this layout. Readers take any later one too, since keys are only added. */
const SIDECAR_SCHEMA = 1;

/** The supervisor's own word on how things stand; readers derive the shown state from it (`derive.ts`). */
const SIDECAR_STATES = [...LIVING_STATES, 'failed'] as const;
export type SidecarState = (typeof SIDECAR_STATES)[number];

const CHILD = {
  words: 'A child, as the supervisor sees it.',
  fields: {
    pid: {
      kind: 'pid?',
      words: 'Null while it does not run, and always for a gateway that the supervisor did not start.',
    },
    identity: { kind: 'text?', words: 'Boot id and start time (`identity.ts`): a reused pid is told apart by it.' },
    state: { oneOf: CHILD_STATES, words: 'Where it stands.' },
    ...CHILD_HISTORY,
  },
} as const satisfies Field;
export type SidecarChild = FieldValue<typeof CHILD>;

const SIDECAR = {
  schema: { kind: 'count', words: 'The version of this layout.' },
  version: { kind: 'text', words: 'Of pearlctl.' },
  instance: { kind: 'text?', words: 'The name of a second, independent instance.' },
  network: { kind: 'text', words: 'The network that is mined.' },
  state: { oneOf: SIDECAR_STATES, words: 'The lifecycle state.' },
  stateReason: { kind: 'text?', words: 'Why, in words for people.' },
  updatedAt: { kind: 'text', words: 'ISO 8601, UTC.' },
  supervisor: {
    words: 'Null for a session that was attached, not started by us.',
    optional: true,
    fields: {
      pid: { kind: 'pid!', words: 'Its process.' },
      identity: { kind: 'text!', words: 'Boot id and start time.' },
    },
  },
  children: { words: 'Both children.', fields: { gateway: CHILD, miner: CHILD } },
  gatewayKind: { kind: 'text', words: 'Empty for a supervisor that could not begin.' },
  dashboardUrl: { kind: 'text?', words: '`http://HOST:PORT/`; null where there is no page.' },
  shape: SHAPE,
  controlSocket: { kind: 'text?', words: 'The path of the control socket.' },
  configFile: { kind: 'text?', words: 'The configuration file.' },
  logTo: {
    kind: 'text?',
    words:
      'Where log lines go: `journal`, `journal:` and its namespace, or the path of the log file; null before they do.',
  },
  configInForce: {
    kind: 'digests?',
    words:
      'A digest of the value of each key in force, by names such as `logs.level`. Keyed with what the lock file says, so that ' +
      'no value can be guessed from it; null where no supervisor took a configuration over.',
  },
  service: NOTED_SERVICE,
} as const satisfies Table;

/** The seven keys under names of ours (two of them are the children's pids), and the rest. */
export type SidecarRecord = SevenFacts & Omit<RecordOf<typeof SIDECAR>, 'schema'>;

/** A sidecar of which only some things are known. */
export function newSidecar(
  known: Partial<SidecarRecord> & Pick<SidecarRecord, 'version' | 'instance' | 'state'>,
): SidecarRecord {
  const child: SidecarChild = { pid: null, identity: null, state: 'down', restarts: 0, lastExit: null };
  const { schema: _, ...nothing } = readRecord(SIDECAR, {
    state: known.state,
    children: { gateway: child, miner: child },
  });
  return { ...readSevenKeys({ provider: 'cpu-pearl', started_at: Date.now() / 1000 }), ...nothing, ...known };
}

/** The sidecar as its file has it. */
export function sidecarFields(sidecar: SidecarRecord): Fields {
  return { ...sevenKeysOf(sidecar), ...fileRecord(SIDECAR, { ...sidecar, schema: SIDECAR_SCHEMA }) };
}

/** The sidecar in the fields of a file. Throws `UnreadableRecord`. */
export function sidecarFrom(fields: Fields): SidecarRecord {
  const { schema, ...sidecar } = readRecord(SIDECAR, fields);
  if (schema < 1) throw new UnreadableRecord('is not ours: it has no schema number');
  if (sidecar.supervisor === null && fields.supervisor !== null) {
    throw new UnreadableRecord('describes its supervisor in another way');
  }
  return { ...readSevenKeys(fields), ...sidecar };
}
