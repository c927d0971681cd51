// `pearlctl init`: a configuration, by questions on a terminal or by flags alone.
import { randomBytes } from 'node:crypto';
import { EXIT, PearlError } from '../../base/errors.ts';
import { type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { GatewayKind } from '../../config/configuration.ts';
import { NETWORKS } from '../../protocol/networks.ts';
import { programOnCurve, walletFromProgram } from '../../protocol/wallet.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import type { Choices } from '../init/answers.ts';
import type { Measured } from '../init/measure-machine.ts';
import { isPoolName, poolChoices } from '../init/pool-choice.ts';
import { INTERRUPTED } from '../signals.ts';

export const command = defineCommand({
  description:
    'Makes a configuration in a few questions. Each question is also a flag; with --yes nothing is asked. Measures on ' +
    'request what this machine does, what that brings and what it costs in watts. In an existing configuration only the keys ' +
    'that you answer differently change; it is shown before, and the file before is kept as pearlctl.ini.bak.',
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
    'gateway-port': { type: 'string', describe: 'Where the gateway listens on this machine', placeholder: 'PORT' },
    wallet: { type: 'string', describe: 'The address that is paid', placeholder: 'ADDRESS' },
    worker: { type: 'string', describe: 'Name of this machine at a pool', placeholder: 'NAME' },
    threads: { type: 'string', describe: 'auto, a number, or a share such as 50%', placeholder: 'N|N%|auto' },
    calibrate: { type: 'boolean', describe: 'Measure this machine, half a minute', conflicts: 'no-calibrate' },
    'no-calibrate': { type: 'boolean', describe: 'Skip the measurement, and do not ask about it' },
    yes: { type: 'boolean', describe: 'Ask nothing' },
    overwrite: { type: 'boolean', describe: 'With --yes: change an existing configuration that differs' },
  },
  async run(args, context) {
    const { network, gateway, login, rpcUrl, rpcUser, rpcCert, nodeConf, gatewayPort, wallet, worker, threads } = args;
    const node = { rpcUrl, rpcUser, rpcCert, nodeConf };
    const pool = await poolsFor(context, args.pool, login);
    const choices: Choices = { network, gateway, pool, login, ...node, gatewayPort, wallet, worker, threads };
    const asks = args.yes !== true && process.stdin.isTTY && process.stdout.isTTY && !context.json;
    if (!asks && args.yes !== true) {
      throw new PearlError('USAGE', 'There is no terminal to ask questions on.', {
        hint: fix`Answer by flags: ${pearlctl('init', '--yes', '--network', 'devnet')} (all flags: ${pearlctl('init', '--help')})`,
      });
    }
    let madeUp = false;
    const makeWallet = () => {
      madeUp = true;
      const program = programOnCurve(() => randomBytes(32));
      return walletFromProgram(program, 'devnet');
    };
    const { makeAsked, makeUnasked } = await import('../init/make-config.ts');
    const wishes = { choices, makeWallet, calibrate: args.noCalibrate ? false : args.calibrate };
    const made = asks ? await makeAsked(context, wishes) : await makeUnasked(context, wishes, args.overwrite === true);
    if (made === null) {
      context.say('Nothing was written.');
      return INTERRUPTED;
    }
    const { plan, backup, ports, measured } = made;
    const calibration = await keep(context, measured);
    const changed = plan.changes !== '';
    const lines = changed ? [`Written: ${plan.path}`] : [`Already so in ${plan.path}: nothing was changed.`];
    if (ports !== null) lines.push(ports);
    if (backup !== null) lines.push(`The file before is kept: ${backup}`);
    if (madeUp) lines.push('The wallet is made up: coins of the devnet are worth nothing, and no key is kept.');
    lines.push(`Next: ${context.fixText(await nextStep(context, made.gateway))}`);
    const { path, changes } = plan;
    const model = { schemaVersion: 1, path, changed, changes, backup, walletMadeUp: madeUp, calibration };
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

/** Keeps what was measured for the miner; resolves to its document. */
async function keep({ paths }: Context, measured: Measured | null): Promise<object | null> {
  if (measured === null) return null;
  const [{ recordOf, writeCalibration }, { calibrationModel }] = await Promise.all([
    import('../../miner/calibration/calibration-record.ts'),
    import('../calibration/calibration-model.ts'),
  ]);
  writeCalibration(paths.calibrationFile, recordOf(measured.found.choice, measured.found.cores));
  return calibrationModel(measured.found, measured.prospects, measured.price);
}

/** What to type after this, as things are; where it takes another program's gateway or node, whether these are as they should be. */
async function nextStep(context: Context, gateway: GatewayKind | undefined): Promise<Fix> {
  const [{ readStatus }, { installedService }, { packageInForce }] = await Promise.all([
    import('../../state/status/gather.ts'),
    import('../service-verb.ts'),
    import('../../service/installed-service.ts'),
  ]);
  const { supervisor } = await readStatus(context.paths);
  if (supervisor !== null) return fix`${pearlctl('reload')} (applies it to what runs).`;
  const service = installedService(context);
  // A package's unit waits for `install`, which gives its account what it needs.
  if (service !== null) return fix`${pearlctl(packageInForce(service) === null ? 'start' : 'install')}.`;
  if (gateway === 'external') {
    return fix`${pearlctl('doctor', 'secrets', 'gateway-program', 'node-rpc')} (what a Pearl node takes), then ${pearlctl('run')}.`;
  }
  if (gateway === 'attached') return fix`${pearlctl('doctor', 'gateway')} (does it answer), then ${pearlctl('run')}.`;
  return fix`${pearlctl('run')} (see it work), or ${pearlctl('install')} (mine from boot on).`;
}
