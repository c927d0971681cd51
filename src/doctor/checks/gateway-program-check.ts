// Is the program there that an external gateway is started with?

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pearlctlByHand } from '../../base/fix.ts';
import type { Check } from '../check.ts';
import { ok, problem, skipped } from '../finding.ts';

export const gatewayProgram: Check = {
  id: 'gateway-program',
  area: 'Mining',
  question: 'Is the external gateway’s program there',
  asService: ['systemd', 'launchd'],
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    if (config.gateway.kind !== 'external') return skipped('pearlctl has its own gateway');
    const program = config.gateway.command[0] ?? '';
    const places = placesOf(program, context.env.PATH ?? '');
    const found = places.find(isExecutable) ?? places.find((place) => existsSync(place));
    if (found === undefined) {
      return problem(
        `${program} is not there`,
        pearlctlByHand('config', 'set', 'gateway.command', '/path/to/pearl-gateway', 'start'),
      );
    }
    return isExecutable(found)
      ? ok(found)
      : problem(`${found} cannot be executed`, `ls -l ${found}; chmod +x ${found}`);
  },
};

/** As execvp(3) looks for it. */
function placesOf(program: string, path: string): string[] {
  return program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
