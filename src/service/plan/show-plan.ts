// A plan in words: what a person reads before saying yes, and what `--dry-run` prints. Pure.
import { diffLines } from '../../base/text-diff.ts';
import type { InstallPlan, Step } from './step.ts';
import type { Removal } from './uninstall-plan.ts';

/** One step as a line or more; commands are shown as they run, files with what changes in them. */
export function describeStep(step: Step): string[] {
  switch (step.kind) {
    case 'account':
      return [`make the account ${step.name}, without login or home`, ...commandLines([step.command])];
    case 'folder':
      return [`make the folder ${step.path} (${octal(step.mode)}${step.owner ? `, ${step.owner.user}` : ''})`];
    case 'file':
      return [
        `${step.before === null ? 'write' : 'change'} ${step.path} (${step.title}, ${octal(step.mode)})`,
        ...diffLines(step.before ?? '', step.content).map((line) => `    ${line}`.trimEnd()),
      ];
    case 'secret':
      return [`copy ${step.title} to ${step.path} (0600)`];
    case 'access':
      return [`give ${step.path} to ${step.owner.user}:${step.owner.group}, ${octal(step.mode)} (${step.why})`];
    case 'runtime':
      return [
        `copy pearlctl ${step.source.version} to ${step.folder} (${step.source.files.length} files${
          step.source.node.how === 'copy' ? ' and Node' : ''
        })`,
      ];
    case 'link':
      return [`point ${step.path} to ${step.target}${step.before === null ? '' : ` (now ${step.before})`}`];
    case 'linger':
      return [`let ${step.user}'s services run without a login`, ...commandLines([step.command])];
    case 'service':
      return [VERBS[step.verb], ...commandLines(step.commands)];
    case 'prune':
      return [`remove other versions below ${step.root}, once ${step.keep} runs`];
  }
}

const VERBS = {
  load: 'tell the service manager',
  enable: 'have it start by itself',
  start: 'start it, and wait until it is ready',
  restart: 'restart it, and wait until it is ready',
  reload: 'have it read its configuration',
} as const;

/** The whole plan as text. */
export function renderPlan({ steps, summary }: InstallPlan): string {
  const title = {
    install: `Install pearlctl ${summary.version} as ${summary.service}`,
    upgrade: `Upgrade ${summary.service} from ${summary.from} to ${summary.version}`,
    downgrade: `Downgrade ${summary.service} from ${summary.from} to ${summary.version}`,
    update: `Bring ${summary.service} up to date (${summary.version})`,
    none: `${summary.service} is installed as it should be (${summary.version})`,
  }[summary.action];
  return [
    title,
    '',
    `  runs as   ${summary.runsAs}`,
    `  starts    ${summary.starts}`,
    `  costs     ${summary.cost}`,
    `  program   ${summary.nodeNote}`,
    `  undo      ${summary.undo}`,
    ...summary.notes.map((note) => `  note      ${note}`),
    ...(steps.length === 0 ? [] : ['', ...numbered(steps.map(describeStep))]),
    '',
  ].join('\n');
}

/** One removal as a line or more. */
export function describeRemoval(step: Removal): string[] {
  switch (step.kind) {
    case 'stop':
      return ['stop the service, and wait until it is gone', ...commandLines(step.commands)];
    case 'disable':
      return ['no longer start it by itself', ...commandLines(step.commands)];
    case 'forget':
      return ['tell the service manager', ...commandLines(step.commands)];
    case 'file':
      return [`remove ${step.path} (${step.title}${step.note === null ? '' : `; ${step.note}`})`];
    case 'tree':
      return [`remove ${step.path} and all in it (${step.title})`];
    case 'empty-folder':
      return [`remove the folder ${step.path}, if it is empty`];
    case 'access':
      return [`give ${step.path} back its owner and mode (${step.uid}:${step.gid}, ${octal(step.mode)})`];
    case 'linger':
      return [`${step.user}'s services end with the login again`, ...commandLines([step.command])];
    case 'account':
      return [`remove the account ${step.name}`, ...commandLines([step.command])];
    case 'manifest':
      return [`remove ${step.path} (the record of the install)`];
    case 'note':
      return [`leave a note for --purge in ${step.path}: which folders were made for pearlctl`];
  }
}

/** A whole uninstall of the service of that name as text. */
export function renderRemovals(service: string, steps: readonly Removal[], kept: readonly string[]): string {
  if (steps.length === 0) return `Nothing of ${service} is installed here.\n`;
  const folders = steps.flatMap((step) => (step.kind === 'empty-folder' ? [step.path] : []));
  const blocks = steps.flatMap((step): string[][] => {
    if (step.kind !== 'empty-folder') return [describeRemoval(step)];
    // One line for all of them: mostly there is something in them, and then they stay.
    if (step.path !== folders[0]) return [];
    return [['remove the folders that were made for it, where they are empty', ...folders.map((path) => `  ${path}`)]];
  });
  return [
    steps.some(({ kind }) => kind === 'forget') ? `Remove ${service}` : `Remove what is left of ${service}`,
    '',
    ...numbered(blocks),
    ...(kept.length === 0 ? [] : ['', `  Stays: ${kept.join(', ')} (--purge removes it as well).`]),
    '',
  ].join('\n');
}

function numbered(blocks: readonly string[][]): string[] {
  return blocks.flatMap(([first = '', ...rest], index) => [
    `${String(index + 1).padStart(3)}. ${first}`,
    ...rest.map((line) => (line === '' ? '' : `   ${line}`)),
  ]);
}

function commandLines(commands: readonly string[][]): string[] {
  return commands.map((command) => `  $ ${command.map(forReading).join(' ')}`);
}

function forReading(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** A step for `--json`: the same facts, without what is only ever needed to do it. */
export function stepModel(step: Step): Record<string, unknown> {
  if (step.kind === 'runtime') {
    const { version, digest, node, files } = step.source;
    return { kind: step.kind, folder: step.folder, version, digest, node, files: files.map(({ to }) => to) };
  }
  if (step.kind === 'secret') return { kind: step.kind, path: step.path, title: step.title };
  if (step.kind === 'file') return { ...step, diff: diffLines(step.before ?? '', step.content) };
  return { ...step };
}
