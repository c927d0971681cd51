// Lingering: systemd runs a user's services from boot on, without a login. Uninstall switches it off when install
// switched it on. Source: loginctl(1), enable-linger.
import * as v from 'valibot';
import { PearlError } from '../../../base/errors.ts';
import { accountField } from './entry-fields.ts';
import { commandLines, runOrFail } from './step-command.ts';
import type { UndoableStepKind, UninstallStepKind } from './step-kind.ts';

export interface LingerStep {
  kind: 'linger';
  user: string;
  command: string[];
}

export const lingerEntry = v.object({ kind: v.literal('linger'), user: accountField, existed: v.boolean() });

export function lingerStep(verb: 'enable-linger' | 'disable-linger', user: string): LingerStep {
  return { kind: 'linger', user, command: ['loginctl', verb, user] };
}

export const LINGER: UndoableStepKind<LingerStep, v.InferOutput<typeof lingerEntry>, LingerStep> = {
  describe: ({ user, command }) => [`let ${user}'s services run without a login`, ...commandLines([command])],
  record: async ({ user }) => ({ kind: 'linger', user, existed: false }),
  async apply({ user, command }, context) {
    const hint = `Type: sudo ${command.join(' ')}, then install again; or with --no-linger it starts when you log in.`;
    await runOrFail(context, command, 'Lingering could not be switched on', hint);
    const { command: off } = lingerStep('disable-linger', user);
    const undo = () => runOrFail(context, off, 'Lingering stays switched on');
    try {
      await context.awaitSession();
    } catch (error) {
      await undo();
      throw error;
    }
    // It ends the user's service manager, which the undoing of the later steps needs.
    return { last: undo };
  },
  undo: ({ user, existed }) => (existed ? [] : [lingerStep('disable-linger', user)]),
};

export const LINGER_REMOVAL: UninstallStepKind<LingerStep> = {
  describe: ({ user, command }) => [`${user}'s services end with the login again`, ...commandLines([command])],
  async apply({ command }, { run }) {
    const { code, stderr } = await run(command);
    if (code !== 0) throw new PearlError('SERVICE_FAILED', `Lingering stays switched on: ${stderr.trim()}`);
  },
};
