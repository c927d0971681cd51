// Is there room for state and logs, and may they be written?
import { dirname } from 'node:path';
import { pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped, warning } from '../finding.ts';
import type { Machine } from '../machine.ts';
import { formatBytes } from '../sizes.ts';

/** Below this, the next log lines or a browser's download fill it up. */
const LITTLE_BYTES = 100 << 20;
/** The ledger and the embedded chain grow by a few megabytes in a month. */
const STATE_BYTES = 50 << 20;

export const disk: Look = {
  id: 'disk',
  question: 'Is there room for state and logs, and can they be written',
  asService: ['systemd', 'launchd'],
  async run(context) {
    const { machine, paths, service } = context;
    const folder = existing(machine, paths.stateFolder);
    const freeBytes = await machine.freeBytes(folder);
    if (freeBytes === null) return skipped(`${folder} does not tell how much room it has`);
    const { config } = await context.config();
    const room = `${formatBytes(freeBytes)} free at ${folder}`;
    if (freeBytes < LITTLE_BYTES) return problem(room, `Free some space there: du -xh ${folder} | sort -h | tail`);
    // A system service writes as an account of its own, and its folders are closed to other users.
    const asked = paths.scope === 'user' || service === null || context.asService !== null;
    if (asked && !machine.writable(folder)) {
      const who = context.asService ?? 'this user';
      const owner = context.asService === null ? `ls -ld ${folder}` : `sudo chown -R ${who}: ${folder}`;
      return problem(`${folder} cannot be written by ${who}`, owner);
    }
    const needed = STATE_BYTES + logBytes(config);
    return freeBytes < needed
      ? warning(
          `${room}, and logs may take ${formatBytes(logBytes(config))}`,
          pearlctl('config', 'set', 'logs.max_size', '1M'),
        )
      : ok(room);
  },
};

function logBytes(config: Config | null): number {
  return config === null ? 0 : config.logs.maxBytes * config.logs.files;
}

/** The folder, or the nearest one above it that is there. */
function existing(machine: Machine, path: string): string {
  const parent = dirname(path);
  return machine.exists(path) || parent === path ? path : existing(machine, parent);
}
