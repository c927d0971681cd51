// The document of `pearlctl status --json`: its keys are those of the table.
import { STATUS, STATUS_SCHEMA } from '../../src/state/status/status-table.ts';
import { describeKeys } from '../../src/state/table/field.ts';
import type { DocumentSpec } from './document.ts';

export const STATUS_DOCUMENT: DocumentSpec = {
  command: 'pearlctl status --json',
  about:
    'With `--watch` a line for each change. Exit code 0: alive; 1: failed or killed; 3: configured or stopped; 4: ' +
    'nothing is configured or installed. `--field NAME` prints one value by its name here, such as `shares.accepted`, ' +
    'and an empty line for null.',
  schemaVersion: STATUS_SCHEMA,
  keys: describeKeys(STATUS),
};
