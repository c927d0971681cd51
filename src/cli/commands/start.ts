// `pearlctl start`: starts the installed service and says when it works.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import {
  awaitReady,
  type Verification,
  verifyService,
  workExitCode,
  workInWords,
} from '../../service/verify-service.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import { requireOwnService } from '../service-verb.ts';

/** A start waits half as long as an install for the first work. */
const WORK_LIMIT_MS = 30_000;

export const command = defineCommand({
  description:
    'Starts the installed service, waits until it is ready and for its first work. Exit code 75: it runs, but found no ' +
    'work within 30 seconds. 78: the network has rules that this version cannot mine. 69: no service is installed, or it does not run.',
  examples: [['pearlctl start', 'Start it and see it work']],
  async run(_args, context) {
    const service = await requireOwnService(context);
    const { manager, paths } = service;
    const { active } = await manager.state();
    if (active !== 'active') await manager.start();
    await awaitReady(manager, paths);
    return reportWork(context, await verifyService(manager, paths, WORK_LIMIT_MS));
  },
});

/** Prints what a started service came to; resolves to the exit code. */
export function reportWork(context: Context, verification: Verification): number {
  const { work, reason } = verification;
  context.print(work ? `${workInWords(verification)}.` : `It runs, but ${reason ?? 'it has no work yet'}.`, {
    schemaVersion: 1,
    ...verification,
  });
  if (!verification.alive)
    throw new PearlError('SERVICE_FAILED', `It does not run: ${reason}.`, { hint: fix`See: ${pearlctl('logs')}` });
  return workExitCode(verification);
}
