// From what `init` was told to a written configuration: by questions, or by flags alone. A file that is there is edited, and
// kept beside as it was.
import { existsSync } from 'node:fs';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import { ConfigError } from '../../config/config-error.ts';
import { readConfigFile } from '../../config/config-file.ts';
import { type GatewayKind, parseConfig } from '../../config/configuration.ts';
import { effectiveKeys } from '../../config/effective.ts';
import { underGivenName } from '../../config/given-names.ts';
import { renderConfig } from '../../config/new-file.ts';
import type { Paths } from '../../config/paths.ts';
import { currentCaller } from '../../service/caller.ts';
import { portsForNew } from '../../service/instance-ports.ts';
import { readStatus } from '../../state/status/gather.ts';
import type { Context } from '../command-context.ts';
import { listenToKeys } from '../live/live-keys.ts';
import { answersFor, type Choices, choicesOf, FLAG_NAMES, type FreePorts, withUsualAnswers } from './answers.ts';
import { allEdits, applyEdits, editLines, editsOf, type KeyEdit, type Present } from './choice-edits.ts';
import type { Measured } from './measure-machine.ts';
import type { Person } from './person.ts';
import { personHere } from './person-here.ts';
import { askChoices } from './questions.ts';
import { type ConfigChange, checkWritable, planChange, planEdit, wasChanged, writeChange } from './write-config.ts';

export interface MakeConfigOptions {
  readonly choices: Choices;
  readonly makeWallet: () => string;
  readonly calibrate: boolean | undefined;
}

export interface Made {
  readonly gateway: GatewayKind | undefined;
  readonly plan: ConfigChange;
  /** Where the file before is kept, or null where there was none or nothing was changed. */
  readonly backup: string | null;
  /** Why a new file has other ports than the usual ones, or null. */
  readonly ports: string | null;
  /** Null where it was not wanted, or was ended. */
  readonly measured: Measured | null;
}

/** Throws USAGE when the person gives up. */
export async function makeAsked(
  context: Context,
  { choices, makeWallet, calibrate }: MakeConfigOptions,
): Promise<Made> {
  const { paths } = context;
  checkWritable(paths);
  const person = await personHere();
  const present = await presentOf(paths);
  person.begin('pearlctl init: a configuration in a few questions');
  const kept = present instanceof ConfigError ? null : present;
  if (present instanceof ConfigError)
    person.tell(`${present.message}\nThat file cannot be used as it is, so this makes a new one.`);
  const answers = await askChoices({ person, given: choices, present: kept?.choices ?? null, makeWallet, paths });
  // What is wrong is said before the wait for a measurement.
  const { ports, ...draft } = await draftOf(paths, answers, kept);
  const { text } = await planDraft(paths, draft);
  const message = 'Measure the rate, income and power use of this machine? (half a minute; Ctrl-C ends it)';
  const wanted = calibrate ?? (!(await minesNow(paths)) && (await person.agree(message)));
  const measured = wanted ? await measureBefore(context, person, text) : null;
  for (;;) {
    const plan = await planDraft(paths, draft);
    if (plan.changes === '') return { gateway: answers.gateway, plan, backup: null, ports, measured };
    person.show(plan.before === null ? plan.path : `Changes in ${plan.path}`, summaryOf(draft, plan));
    const question = present instanceof ConfigError ? 'Put this in its place?' : 'Write this?';
    if (!(await person.agree(question, !(present instanceof ConfigError)))) {
      throw new PearlError('USAGE', 'Nothing was written.', { hint: fix`Start again with: ${pearlctlByHand('init')}` });
    }
    try {
      return { gateway: answers.gateway, plan, backup: await write(plan), ports, measured };
    } catch (error) {
      // What was agreed to was another difference: the present one is shown, and asked about again.
      if (!wasChanged(error)) throw error;
      person.tell('Another program changed the configuration meanwhile. Nothing was written yet.');
    }
  }
}

/** Null when it was interrupted. Throws USAGE for what is missing, and where another configuration would be changed. */
export async function makeUnasked(
  context: Context,
  { choices, makeWallet, calibrate }: MakeConfigOptions,
  overwrite: boolean,
): Promise<Made | null> {
  const present = await presentOf(context.paths);
  const kept = present instanceof ConfigError ? null : present;
  const answers = withUsualAnswers(choices, makeWallet, kept?.choices ?? null);
  const { ports, ...draft } = await draftOf(context.paths, answers, kept);
  const plan = await planDraft(context.paths, draft);
  // Whatever is changed is seen once more.
  if (plan.before !== null && plan.changes !== '') {
    context.say(summaryOf(draft, plan));
    if (!overwrite) {
      throw new PearlError('USAGE', `There is another configuration at ${plan.path}, and it was left as it is.`, {
        hint: fix`Make this change with --overwrite, or change single keys with: ${pearlctlByHand('config', 'set', 'KEY', 'VALUE')}`,
      });
    }
  }
  const measured = calibrate === true ? await measure(context, plan.text, context.stopSignal()) : null;
  if (calibrate === true && measured === null) return null;
  if (measured !== null) context.say(await describe(measured));
  const backup = plan.changes === '' ? null : await write(plan);
  return { gateway: answers.gateway, plan, backup, ports, measured };
}

/** What is about to be written: edits of what is there, or a whole new file. */
interface Draft {
  readonly edits: readonly KeyEdit[];
  /** The new file; null where the present one is edited. */
  readonly text: string | null;
}

/** What is configured now, also in the words of the questions. */
type Found = Present & { readonly choices: Choices };

/** Null where nothing is configured; the first problem of what cannot be used. */
async function presentOf({ configFile, userHome }: Paths): Promise<Found | ConfigError | null> {
  if (!existsSync(configFile)) return null;
  try {
    const text = await readConfigFile(configFile);
    const { network, gateway } = parseConfig(text, configFile, { home: userHome });
    const choices = choicesOf(effectiveKeys(text, configFile), network, gateway.kind);
    return { text, network, gateway: gateway.kind, choices };
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** What is wrong with an answer is told by its flag: the file is not there yet, so it has no lines. */
async function draftOf(paths: Paths, choices: Choices, present: Found | null): Promise<Draft & Pick<Made, 'ports'>> {
  try {
    if (present !== null) return { edits: editsOf(answersFor(choices), present), text: null, ports: null };
    const { ports, why } = await portsForFile(paths);
    const answers = answersFor(choices, ports);
    return { edits: allEdits(answers), text: renderConfig(answers), ports: choices.gatewayPort ? null : why };
  } catch (error) {
    throw underGivenName(error, FLAG_NAMES);
  }
}

/** Others than the usual for a new file, where another instance or program has these. */
async function portsForFile({ configFile }: Paths): Promise<{ ports: FreePorts; why: string | null }> {
  const found = existsSync(configFile) ? null : await portsForNew(currentCaller(), configFile);
  if (found === null) return { ports: {}, why: null };
  const why = `Its ports are ${found.gateway} and ${found.metrics}: ${found.why}.`;
  return { ports: { port: String(found.gateway), metrics_port: String(found.metrics) }, why };
}

async function planDraft(paths: Paths, { edits, text }: Draft): Promise<ConfigChange> {
  try {
    if (text !== null) return await planChange(paths, text);
    const before = await readConfigFile(paths.configFile);
    return planEdit(paths, before, applyEdits(before, edits));
  } catch (error) {
    throw underGivenName(error, FLAG_NAMES);
  }
}

function summaryOf({ edits, text }: Draft, { before }: ConfigChange): string {
  return editLines(text === null ? (before ?? '') : '', edits).join('\n');
}

async function write(plan: ConfigChange): Promise<string | null> {
  const backup = plan.before === null ? null : `${plan.path}.bak`;
  await writeChange(plan, backup ?? undefined);
  return backup;
}

async function minesNow(paths: Paths): Promise<boolean> {
  return (await readStatus(paths)).state === 'running';
}

/** Ctrl-C ends the measurement and nothing else, and what is typed meanwhile answers no later question. */
async function measureBefore(context: Context, person: Person, text: string): Promise<Measured | null> {
  const ended = new AbortController();
  const release = listenToKeys(process.stdin, { end: () => ended.abort(), suspend: () => {} });
  const measured = await measure(context, text, ended.signal).finally(release);
  if (measured === null) person.tell('The measurement was ended. To measure later: pearlctl calibrate');
  else person.show('This machine', await describe(measured));
  return measured;
}

async function measure({ paths, json }: Context, text: string, signal: AbortSignal): Promise<Measured | null> {
  if (await minesNow(paths)) {
    throw new PearlError('ALREADY_RUNNING', 'It is mining now, and two miners would measure each other.', {
      hint: fix`Leave --calibrate out, or type: ${pearlctl('pause')}`,
    });
  }
  const [{ measureFor }, { showProgress }] = await Promise.all([
    import('./measure-machine.ts'),
    import('../calibration/calibration-progress.ts'),
  ]);
  const live = process.stderr.isTTY && process.env.TERM !== 'dumb';
  const progress = showProgress(json ? { write: () => {} } : process.stderr, live);
  return measureFor({ paths, text, signal, progress });
}

async function describe(measured: Measured): Promise<string> {
  return (await import('./measure-machine.ts')).describeMeasured(measured);
}
