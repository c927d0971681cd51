// The fault matrix: every row that `npm run faults` plays.
import { CLOCK_ROWS } from './clocks.ts';
import { EXTERNAL_ROWS } from './external.ts';
import { FILE_ROWS } from './files.ts';
import { GATEWAY_ROWS } from './gateways.ts';
import { HANG_ROWS } from './hangs.ts';
import { LINK_ROWS } from './links.ts';
import { MEMORY_ROWS } from './memory.ts';
import { NATIVE_ROWS } from './native.ts';
import { POOL_ROWS } from './pools.ts';
import { PORT_ROWS } from './ports.ts';
import { PROGRAM_ROWS } from './program.ts';
import { RESOURCE_ROWS } from './resources.ts';
import type { Row } from './row.ts';
import { SIGNAL_ROWS } from './signals.ts';
import { TIME_ROWS } from './times.ts';

export const MATRIX: readonly Row[] = [
  SIGNAL_ROWS,
  HANG_ROWS,
  TIME_ROWS,
  CLOCK_ROWS,
  FILE_ROWS,
  PORT_ROWS,
  GATEWAY_ROWS,
  EXTERNAL_ROWS,
  POOL_ROWS,
  LINK_ROWS,
  RESOURCE_ROWS,
  MEMORY_ROWS,
  PROGRAM_ROWS,
  NATIVE_ROWS,
].flat();
