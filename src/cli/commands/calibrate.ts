// `pearlctl calibrate`: finds the fastest setting of this machine and keeps it for the miner.
import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import type { Calibrated } from '../../miner/calibration/calibration-session.ts';
import type { Prospects } from '../calibration/prospects.ts';
import { defineCommand } from '../command.ts';
import { INTERRUPTED } from '../signals.ts';

export const command = defineCommand({
  description:
    'Tries kernels, threads, block sizes and shapes for up to half a minute and keeps the fastest in the state folder; ' +
    'the miner uses them from its next start on, where the configuration says auto. Says how far the rate is to be ' +
    'trusted, what it costs in watts where the machine tells, and with a gateway running how long a share and a block ' +
    'take. Pause mining first: two miners slow each other down.',
  examples: [
    ['pearlctl calibrate', 'Half a minute, then the miner knows this machine'],
    ['sudo pearlctl calibrate --dry-run', 'Look only, also at the watts that Linux shows to root alone'],
    ['pearlctl calibrate --json', 'What was found, as JSON'],
  ],
  options: {
    'dry-run': { type: 'boolean', describe: 'Measure, and keep nothing', default: false },
  },
  async run({ dryRun }, context) {
    const [{ readStatus }, { calibrateMachine }, { showProgress }, { native }] = await Promise.all([
      import('../../state/status/gather.ts'),
      import('../../miner/calibration/calibration-session.ts'),
      import('../calibration/calibration-progress.ts'),
      import('../../native/native.ts'),
    ]);
    const { paths } = context;
    const status = await readStatus(paths);
    if (status.state === 'running') {
      throw new PearlError('ALREADY_RUNNING', 'It is mining now, and two miners would measure each other.', {
        hint: fix`Run \`${pearlctl('pause')}\`, then this again, then \`${pearlctl('resume')}\`.`,
      });
    }
    // What is wrong with it is said before the wait.
    const config = await configOrNull();
    const core = native();
    const silent = { write: () => {} };
    const live = process.stderr.isTTY && process.env.TERM !== 'dumb';
    const progress = showProgress(context.json ? silent : process.stderr, live);
    const signal = context.stopSignal();
    const found = await calibrateMachine({ core, signal, onProgress: progress.tell }).finally(progress.end);
    if (found === null) return INTERRUPTED;
    const [{ recordOf, writeCalibration }, { calibrationModel }] = await Promise.all([
      import('../../miner/calibration/calibration-record.ts'),
      import('../calibration/calibration-model.ts'),
    ]);
    if (!dryRun) writeCalibration(paths.calibrationFile, recordOf(found.choice, found.cores));
    const prospects = await prospectsOf(found);
    const file = dryRun ? null : paths.calibrationFile;
    context.print(await render(found, prospects, config, file), {
      schemaVersion: 1,
      ...calibrationModel(found, prospects, config?.miner.powerPrice ?? null),
    });
    return EXIT.ok;

    /** A machine can be measured before it is configured. */
    async function configOrNull(): Promise<Config | null> {
      try {
        return await context.loadConfig();
      } catch (error) {
        if (error instanceof PearlError && error.code === 'CONFIG_MISSING') return null;
        throw error;
      }
    }

    /** Of the gateway that runs here, paused as the mining is. */
    async function prospectsOf({ macsPerSecond, choice }: Calibrated): Promise<Prospects | null> {
      const [{ readSidecar }, { askGateway }] = await Promise.all([
        import('../../state/sidecar/read-sidecar.ts'),
        import('../calibration/prospects.ts'),
      ]);
      const sidecar = readSidecar(paths.sidecarFile);
      if (sidecar.kind !== 'valid') return null;
      const { gatewayKind, gatewayUrl } = sidecar.value;
      return askGateway(core, gatewayKind, gatewayUrl, { macsPerSecond, shape: choice.shape });
    }
  },
});

async function render(
  found: Calibrated,
  prospects: Prospects | null,
  config: Config | null,
  file: string | null,
): Promise<string> {
  const [{ PRESETS }, { describePower, describeProspects, describeRate }, { chainOf }] = await Promise.all([
    import('../../protocol/shapes.ts'),
    import('../calibration/calibration-words.ts'),
    import('../../protocol/published-chain.ts'),
  ]);
  const { blockRows, shape } = found.choice;
  const lines = [`${describeRate(found)}, ${blockRows} rows a block, ${shape.n} columns.`];
  if (prospects !== null) lines.push(...describeProspects(prospects));
  const chain = config === null ? null : chainOf(config.network);
  lines.push(...describePower(found, prospects, config?.miner.powerPrice ?? null, chain));
  lines.push(file === null ? 'Nothing was kept.' : `Kept in ${file}; the miner uses it from its next start on.`);
  if (shape.n !== PRESETS.light.n) {
    const { m, n, k, rank } = shape;
    lines.push(`Faster than preset light here: [shape] m = ${m}, n = ${n}, k = ${k}, rank = ${rank}, tile = 16x16.`);
  }
  return lines.join('\n');
}
