// The account without a login that a system service on Linux runs as. Uninstall removes it only when install made it.
import * as v from 'valibot';
import { PearlError } from '../../../base/errors.ts';
import { baseName } from '../../service-names.ts';
import { accountField } from './entry-fields.ts';
import { idOf } from './ownership.ts';
import { commandLines, runOrFail } from './step-command.ts';
import type { UndoableStepKind, UninstallStepKind } from './step-kind.ts';

export interface AccountStep {
  kind: 'account';
  name: string;
  home: string;
  command: string[];
}

export interface AccountRemoval {
  kind: 'account';
  name: string;
  command: string[];
}

export const accountEntry = v.object({ kind: v.literal('account'), name: accountField, existed: v.boolean() });

export function accountStep(name: string, home: string, instance: string | null): AccountStep {
  const command = ['useradd', '--system', '--home-dir', home, '--no-create-home', '--shell', '/usr/sbin/nologin'];
  return { kind: 'account', name, home, command: [...command, '--comment', accountComment(instance), name] };
}

/** The comment by which an account is known as ours. */
export function accountComment(instance: string | null): string {
  return `${baseName(instance)} service`;
}

export const ACCOUNT: UndoableStepKind<AccountStep, v.InferOutput<typeof accountEntry>, AccountRemoval> = {
  describe: ({ name, command }) => [`make the account ${name}, without login or home`, ...commandLines([command])],
  record: async ({ name }, context) => ({ kind: 'account', name, existed: (await idOf(context, name)) !== null }),
  async apply({ name, command }, context) {
    await runOrFail(context, command, `The account ${name} could not be made`);
    return { now: () => runOrFail(context, ['userdel', name], `The account ${name} could not be removed`) };
  },
  undo: ({ name, existed }, { accountIsOurs }) =>
    existed || !accountIsOurs ? [] : [{ kind: 'account', name, command: ['userdel', name] }],
};

export const ACCOUNT_REMOVAL: UninstallStepKind<AccountRemoval> = {
  describe: ({ name, command }) => [`remove the account ${name}`, ...commandLines([command])],
  async apply({ name, command }, { run }) {
    if ((await run(['id', '-u', name])).code !== 0) return;
    const { code, stderr } = await run(command);
    if (code !== 0) throw new PearlError('SERVICE_FAILED', `The account ${name} stays: ${stderr.trim()}`);
  },
};
