// `pearlctl init`: a configuration, by questions on a terminal or by flags alone.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { EXIT, PearlError } from '../../base/errors.ts';
import { type Fix, fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { GatewayKind } from '../../config/configuration.ts';
import type { EffectiveKey } from '../../config/effective.ts';
import { underGivenName } from '../../config/given-names.ts';
import { renderConfig } from '../../config/new-file.ts';
import type { Paths } from '../../config/paths.ts';
import { NETWORKS } from '../../protocol/networks.ts';
import { programOnCurve, walletFromProgram } from '../../protocol/wallet.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import {
  answersFor,
  type Choices,
  choicesOf,
  FLAG_NAMES,
  type PortAnswers,
  portAnswersOf,
  withUsualAnswers,
} from '../init/answers.ts';
import type { Measured } from '../init/measure-machine.ts';
import { isPoolName, poolChoices } from '../init/pool-choice.ts';
import { type ConfigChange, planChange, wasChanged, writeChange } from '../init/write-config.ts';
import { INTERRUPTED } from '../signals.ts';

export const command = defineCommand({
  description:
    'Makes a configuration in a few questions. Each question is also a flag; with --yes nothing is asked. Measures on ' +
    'request what this machine does, what that brings and what it costs in watts. An existing configuration is shown as ' +
    'a diff and only replaced when you say so.',
  examples: [
    ['pearlctl init', 'Answer a few questions'],
    ['pearlctl init --network devnet --yes', 'Try everything on a chain whose coins are worth nothing'],
    ['pearlctl init --wallet prl1p… --pool suprnova --yes', 'Mine at a known pool (all: pearlctl pools)'],
    ['pearlctl init --wallet prl1p… --pool stratum+ssl://pool.example.com:3333 --yes', 'Mine at any other'],
  ],
  options: {
    network: { choices: NETWORKS, describe: 'Which network to mine on' },
    gateway: { choices: ['pool', 'external', 'attached', 'devnet'] as const, describe: 'Where jobs come from' },
    pool: {
      type: 'string',
      array: true,
      describe: 'A pool by name (see: pearlctl pools) or address; repeat it for stand-ins',
      placeholder: 'NAME|URL',
      suggest: async () => (await import('../../gateway/pool/known/known-pools.ts')).usableNames(),
    },
    login: { type: 'string', describe: 'Sent to the pool instead of the wallet', placeholder: 'LOGIN' },
    'rpc-url': { type: 'string', describe: 'JSON-RPC of your Pearl node', placeholder: 'URL' },
    'rpc-user': { type: 'string', describe: 'User of that RPC', placeholder: 'NAME' },
    'rpc-cert': { type: 'string', describe: 'Certificate of that RPC, for https://', placeholder: 'FILE' },
    'node-conf': { type: 'string', describe: 'Its pearld.conf, which has all of these', placeholder: 'FILE' },
    wallet: { type: 'string', describe: 'The address that is paid', placeholder: 'ADDRESS' },
    worker: { type: 'string', describe: 'Name of this machine at a pool', placeholder: 'NAME' },
    threads: { type: 'string', describe: 'auto, a number, or a share such as 50%', placeholder: 'N|N%|auto' },
    calibrate: { type: 'boolean', describe: 'Measure this machine, half a minute', conflicts: 'no-calibrate' },
    'no-calibrate': { type: 'boolean', describe: 'Skip the measurement, and do not ask about it' },
    yes: { type: 'boolean', describe: 'Ask nothing' },
    overwrite: { type: 'boolean', describe: 'With --yes: replace an existing configuration that differs' },
  },
  async run(args, context) {
    const { network, gateway, login, rpcUrl, rpcUser, rpcCert, nodeConf, wallet, worker, threads } = args;
    const node = { rpcUrl, rpcUser, rpcCert, nodeConf };
    const pool = await poolsFor(context, args.pool, login);
    const choices: Choices = { network, gateway, pool, login, ...node, wallet, worker, threads };
    const ports = await portsOf(context.paths);
    const asks = args.yes !== true && process.stdin.isTTY && process.stdout.isTTY && !context.json;
    if (!asks && args.yes !== true) {
      throw new PearlError('USAGE', 'There is no terminal to ask questions on.', {
        hint: fix`Answer by flags: ${pearlctl('init', '--yes', '--network', 'devnet')} (all flags: ${pearlctl('init', '--help')})`,
      });
    }
    let madeUp = false;
    const makeWallet = () => {
      madeUp = true;
      return walletFromProgram(
        programOnCurve(() => randomBytes(32)),
        'devnet',
      );
    };
    const made = asks
      ? await ask(context, choices, ports.answers, makeWallet, args.noCalibrate ? false : args.calibrate)
      : await makeUnasked(context, choices, ports.answers, makeWallet, args);
    if (made === null) {
      context.say('Nothing was written.');
      return INTERRUPTED;
    }
    const { plan, measured } = made;
    const calibration = await keep(context, measured);
    const changed = plan.changes !== '';
    const lines = changed ? [`Written: ${plan.path}`] : [`Already so in ${plan.path}: nothing was changed.`];
    if (ports.why !== null) lines.push(ports.why);
    if (madeUp) lines.push('The wallet is made up: coins of the devnet are worth nothing, and no key is kept.');
    lines.push(`Next: ${context.fixText(await nextStep(context, made.gateway))}`);
    const { path, changes } = plan;
    const model = { schemaVersion: 1, path, changed, changes, walletMadeUp: madeUp, calibration };
    context.print(lines.join('\n'), model);
    return EXIT.ok;
  },
});

/** The pools of the flags; what is to be known of a picked one is said. */
async function poolsFor(context: Context, texts: readonly string[] | undefined, login: string | undefined) {
  if (texts === undefined || !texts.some(isPoolName)) return texts;
  const [{ allPools }, { knownRate }, { remarkOn }] = await Promise.all([
    import('../../gateway/pool/known/known-pools.ts'),
    import('../pools/known-rate.ts'),
    import('../pools/pools-text.ts'),
  ]);
  const macsPerSecond = knownRate(context.paths)?.macsPerSecond ?? null;
  const { choices, picked } = poolChoices({ texts, login }, allPools(context.paths), macsPerSecond);
  for (const one of picked) for (const line of remarkOn(one, macsPerSecond)) context.say(line);
  return choices;
}

/** What was written; `measured` is null where it was not wanted. */
interface Made {
  readonly gateway: GatewayKind | undefined;
  readonly plan: ConfigChange;
  readonly measured: Measured | null;
}

/** Null when it was interrupted. Throws USAGE when the person gives up. */
async function ask(
  context: Context,
  given: Choices,
  ports: PortAnswers,
  makeWallet: () => string,
  calibrate: boolean | undefined,
): Promise<Made | null> {
  const questions = await import('../init/questions.ts');
  const answers = await questions.askChoices(given, makeWallet, await presentOf(context), context.paths);
  // What is wrong is said before the wait for a measurement.
  const { text } = await planAnswers(context, answers, ports);
  const { gateway } = answers;
  const wanted = calibrate ?? (!(await minesNow(context)) && (await questions.askToMeasure()));
  const measured = wanted ? await measure(context, text) : null;
  if (wanted && measured === null) return null;
  if (measured !== null) {
    const { describeMeasured } = await import('../init/measure-machine.ts');
    questions.showMeasured(describeMeasured(measured));
  }
  for (;;) {
    const plan = await planChange(context.paths, text);
    if (plan.changes === '') return { gateway, plan, measured };
    if (!(await questions.askToWrite(plan.path, plan.changes))) throw declined();
    try {
      await writeChange(plan);
      return { gateway, plan, measured };
    } catch (error) {
      // What was agreed to was another difference: the present one is shown, and asked about again.
      if (!wasChanged(error)) throw error;
      questions.showChanged();
    }
  }
}

/** Null when it was interrupted. Throws USAGE for what is missing, and where another configuration would be replaced. */
async function makeUnasked(
  context: Context,
  choices: Choices,
  ports: PortAnswers,
  makeWallet: () => string,
  { overwrite, calibrate }: { overwrite: boolean | undefined; calibrate: boolean | undefined },
): Promise<Made | null> {
  const answers = withUsualAnswers(choices, makeWallet, await presentOf(context));
  const plan = await planAnswers(context, answers, ports);
  const { gateway } = answers;
  // Whatever is replaced is seen once more.
  if (plan.before !== null && plan.changes !== '') context.say(plan.changes);
  if (plan.before !== null && plan.changes !== '' && overwrite !== true) {
    throw new PearlError('USAGE', `There is another configuration at ${plan.path}, and it was left as it is.`, {
      hint: fix`Replace it with --overwrite, or change single keys with: ${pearlctlByHand('config', 'set', 'KEY', 'VALUE')}`,
    });
  }
  const measured = calibrate === true ? await measure(context, plan.text) : null;
  if (calibrate === true && measured === null) return null;
  if (measured !== null) {
    const { describeMeasured } = await import('../init/measure-machine.ts');
    context.say(describeMeasured(measured));
  }
  if (plan.changes !== '') await writeChange(plan);
  return { gateway, plan, measured };
}

/** Keeps what was measured for the miner; resolves to its document. */
async function keep({ paths }: Context, measured: Measured | null): Promise<object | null> {
  if (measured === null) return null;
  const [{ recordOf, writeCalibration }, { calibrationModel }] = await Promise.all([
    import('../../miner/calibration/calibration-record.ts'),
    import('../calibration/calibration-model.ts'),
  ]);
  writeCalibration(paths.calibrationFile, recordOf(measured.found.choice));
  return calibrationModel(measured.found, measured.prospects);
}

async function measure(context: Context, text: string): Promise<Measured | null> {
  if (await minesNow(context)) {
    throw new PearlError('ALREADY_RUNNING', 'It is mining now, and two miners would measure each other.', {
      hint: fix`Leave --calibrate out, or type: ${pearlctl('pause')}`,
    });
  }
  const [{ measureFor }, { showProgress }] = await Promise.all([
    import('../init/measure-machine.ts'),
    import('../calibration/calibration-progress.ts'),
  ]);
  const live = process.stderr.isTTY && process.env.TERM !== 'dumb';
  const progress = showProgress(context.json ? { write: () => {} } : process.stderr, live);
  return measureFor({ paths: context.paths, text, signal: context.stopSignal(), progress });
}

/** What is configured now, in the words of the questions; null where nothing is, or nothing that can be used. */
async function presentOf({ paths }: Context): Promise<Choices | null> {
  const keys = await presentKeys(paths);
  if (keys === null) return null;
  const { loadConfig } = await import('../../config/configuration.ts');
  const { network, gateway } = await loadConfig(paths);
  return choicesOf(keys, network, gateway.kind);
}

/** The keys of the present file; null where there is none, or none that can be used. */
async function presentKeys({ configFile, userHome }: Paths): Promise<EffectiveKey[] | null> {
  if (!existsSync(configFile)) return null;
  const [{ readConfigFile }, { parseConfig }, { effectiveKeys }, { ConfigError }] = await Promise.all([
    import('../../config/config-file.ts'),
    import('../../config/configuration.ts'),
    import('../../config/effective.ts'),
    import('../../config/config-error.ts'),
  ]);
  try {
    const text = await readConfigFile(configFile);
    parseConfig(text, configFile, { home: userHome });
    return effectiveKeys(text, configFile);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

async function minesNow({ paths }: Context): Promise<boolean> {
  const { readStatus } = await import('../../state/status/gather.ts');
  return (await readStatus(paths)).state === 'running';
}

/** What to type after this, as things are; where it takes another program's gateway or node, whether these are as they should be. */
async function nextStep(context: Context, gateway: GatewayKind | undefined): Promise<Fix> {
  const [{ readStatus }, { installedService }] = await Promise.all([
    import('../../state/status/gather.ts'),
    import('../service-verb.ts'),
  ]);
  const { supervisor } = await readStatus(context.paths);
  if (supervisor !== null) return fix`${pearlctl('reload')} (applies it to what runs).`;
  if (installedService(context) !== null) return fix`${pearlctl('start')}.`;
  if (gateway === 'external') {
    return fix`${pearlctl('doctor', 'secrets', 'gateway-program', 'node-rpc')} (what a Pearl node takes), then ${pearlctl('run')}.`;
  }
  if (gateway === 'attached') return fix`${pearlctl('doctor', 'gateway')} (does it answer), then ${pearlctl('run')}.`;
  return fix`${pearlctl('run')} (see it work), or ${pearlctl('install')} (mine from boot on).`;
}

/** What is wrong with an answer is told by its flag: the file is not there yet, so it has no lines. */
async function planAnswers({ paths }: Context, choices: Choices, ports: PortAnswers): Promise<ConfigChange> {
  try {
    return await planChange(paths, renderConfig(answersFor(choices, ports)));
  } catch (error) {
    throw underGivenName(error, FLAG_NAMES);
  }
}

/** Those of the present file; for a new one others than the usual, where another instance or program has these. */
async function portsOf(paths: Paths): Promise<{ answers: PortAnswers; why: string | null }> {
  if (existsSync(paths.configFile)) return { answers: portAnswersOf((await presentKeys(paths)) ?? []), why: null };
  const [{ portsForNew }, { currentCaller }] = await Promise.all([
    import('../../service/instance-ports.ts'),
    import('../../service/caller.ts'),
  ]);
  const found = await portsForNew(currentCaller(), paths.configFile);
  if (found === null) return { answers: {}, why: null };
  const why = `Its ports are ${found.gateway} and ${found.metrics}: ${found.why}.`;
  return { answers: { port: String(found.gateway), metrics_port: String(found.metrics) }, why };
}

function declined(): PearlError {
  return new PearlError('USAGE', 'Nothing was written.', { hint: fix`Start again with: ${pearlctlByHand('init')}` });
}
