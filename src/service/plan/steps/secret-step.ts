// A password, copied from the installing shell to where the service finds it. The plan holds a way to get it and never
// the value; the manifest keeps it as a file, which is how uninstall removes it.
import { type FileEntry, recordFile, replaceFile } from './file-step.ts';
import type { Owner } from './ownership.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface SecretStep {
  kind: 'secret';
  path: string;
  owner: Owner | null;
  title: string;
  value: () => Promise<string>;
}

export const SECRET: InstallStepKind<SecretStep, FileEntry> = {
  describe: ({ title, path }) => [`copy ${title} to ${path} (0600)`],
  model: ({ kind, path, title }) => ({ kind, path, title }),
  // The hash of a password must not lie around; that of nothing says nothing.
  record: ({ path }) => recordFile(path, ''),
  apply: async ({ path, owner, value }, context) => replaceFile(context, path, await value(), 0o600, owner),
};
