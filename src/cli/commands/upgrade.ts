// `pearlctl upgrade`: another version for the installed service, from a file that the user has or a version that npm has. It looks
// for none by itself.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctlByHand } from '../../base/fix.ts';
import { object, parseJson, text } from '../../base/json-fields.ts';
import { isVersion, programFolder, programOwner, programVersion } from '../../base/packaging/this-copy.ts';
import type { Service } from '../../service/installed-service.ts';
import type { OfferedProgram } from '../../service/upgrade/offered-program.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import type { SwitchWishes } from '../switch-version.ts';

export const command = defineCommand({
  description:
    'Gives the installed service the version in an archive or folder, or of that number from npm; without one, the version of ' +
    'this very program. An archive has to be signed: its .minisig lies beside it. npm compares what it fetches with the ' +
    'checksums of its registry. The new version is proved beside the running one first: it starts, its kernels agree, it takes the configuration, and it mines a block on a ' +
    'throw-away chain. Then the service is switched. ' +
    'Where the new version does not mine within 20 seconds (longer on a busy machine), the old one is put back. It is kept for ' +
    'pearlctl rollback. ' +
    'Nothing is looked for or fetched that you did not name.',
  examples: [
    ['sudo pearlctl upgrade ./pearlctl-1.1.0-linux-x64.tar.xz', 'From a release that you fetched'],
    ['pearlctl upgrade ./pearlctl-1.1.0.tar.xz --check', 'Only say what it is, and whether its signature is right'],
    ['sudo pearlctl upgrade 1.1.0', 'That version from npm, as npm is configured'],
    ['npm install -g pearlctl && pearlctl upgrade', 'After npm brought another version of the program'],
  ],
  positionals: {
    source: {
      type: 'string',
      describe: 'An archive or a folder with a pearlctl in it, or a version at npm',
      placeholder: 'FILE|VERSION',
    },
  },
  options: {
    check: { type: 'boolean', describe: 'Only say what it is; nothing is changed', default: false },
    'dry-run': { type: 'boolean', describe: 'Print the plan and change nothing', default: false },
    yes: { type: 'boolean', alias: 'y', describe: 'Do not ask', default: false },
    downgrade: { type: 'boolean', describe: 'Take a version that is older than the installed one', default: false },
    key: { type: 'string', describe: 'The minisign public key to trust, or its file', placeholder: 'KEY' },
    insecure: {
      type: 'boolean',
      describe: 'Take what is not signed; check first that it comes from where you think',
      default: false,
    },
    'service-user': { type: 'string', describe: 'macOS, system scope: the account that mines', placeholder: 'NAME' },
  },
  async run(args, context) {
    const { refuseForPackage } = await import('../switch-version.ts');
    const service = await (await import('../service-verb.ts')).requireService(context);
    if (!args.check) refuseForPackage(service);
    const { openOffered } = await import('../../service/upgrade/offered-program.ts');
    const { fetchFromNpm } = await import('../../service/upgrade/from-npm.ts');
    const { runCommand } = await import('../../service/run-program.ts');
    const own = programFolder();
    const trust = { key: args.key ?? releaseKey(own), insecure: args.insecure };
    const { source } = args;
    const fromNpm = source !== undefined && isVersion(source) && !existsSync(source);
    if (fromNpm && args.key !== undefined) {
      throw new PearlError('USAGE', 'A key checks an archive; what npm has is checked by npm.', {
        hint: 'Leave --key out, or give the path of the archive of that release.',
      });
    }
    if (fromNpm) context.say(`Fetching pearlctl ${source} with npm …`);
    const offered =
      source === undefined
        ? { folder: own, version: programVersion(own), trust: 'It is the program that you typed.', discard() {} }
        : await (fromNpm ? fetchFromNpm(source, runCommand) : openOffered(source, trust, runCommand));
    try {
      const code = await offer(service, offered, args, context);
      // The service has a copy of its own: what is typed stays what npm has put there.
      const typed = fromNpm && programOwner(own) === 'npm' && offered.version !== programVersion(own);
      if (typed) context.say(`What you type is still ${programVersion(own)}: npm install -g pearlctl@${source}`);
      return code;
    } finally {
      offered.discard();
    }
  },
});

interface Wishes extends SwitchWishes {
  readonly check: boolean;
  readonly downgrade: boolean;
}

async function offer(
  service: Service,
  { folder, version, trust }: OfferedProgram,
  wishes: Wishes,
  context: Context,
): Promise<number> {
  const { installedVersion, switchVersion } = await import('../switch-version.ts');
  const { compareVersions } = await import('../../service/plan/versions.ts');
  const installed = installedVersion(service);
  const order = installed === null ? 1 : compareVersions(version, installed);
  if (wishes.check) {
    const relation = order > 0 ? 'newer than' : order < 0 ? 'older than' : 'the same as';
    const words = `pearlctl ${version}, ${relation} the installed ${installed ?? 'one, which is damaged'}.\n${trust}`;
    context.print(words, { schemaVersion: 1, version, installed, newer: order > 0, trust });
    return EXIT.ok;
  }
  if (order < 0 && !wishes.downgrade) {
    throw new PearlError('UPGRADE_REFUSED', `Version ${version} is older than the installed ${installed}.`, {
      hint: fix`Add --downgrade to take it all the same, or go back to the version before with: ${pearlctlByHand('rollback')}`,
    });
  }
  context.say(`pearlctl ${version}. ${trust}`);
  return switchVersion(service, folder, wishes, context);
}

/** The key of the releases that this program is one of, where it was built with one. */
function releaseKey(folder: string): string | null {
  return text(object(parseJson(readFileSync(join(folder, 'package.json'), 'utf8')))?.releaseKey);
}
