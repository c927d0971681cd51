// A plan in words: what a person reads before saying yes, and what `--dry-run` prints. Pure.
import type { InstallPlan } from './install-plan.ts';
import { describeRemoval, describeStep, type UninstallStep } from './steps/all-steps.ts';

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
    ...(steps.length === 0 ? [] : ['', ...numbered(steps.map((step) => describeStep(step)))]),
    '',
  ].join('\n');
}

/** A whole uninstall of the service of that name as text. */
export function renderRemovals(service: string, steps: readonly UninstallStep[], kept: readonly string[]): string {
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
