// What this machine will do under the configuration that `init` is about to write: a calibration, and what its rate brings.
// Writes nothing; ended by a signal, it leaves nothing.
import { checkConfig } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { type Calibrated, calibrateMachine } from '../../miner/calibration/calibration-session.ts';
import { tuningOf } from '../../miner/tuning.ts';
import { native } from '../../native/native.ts';
import { type ChainFacts, chainOf } from '../../protocol/published-chain.ts';
import type { CalibrationProgress } from '../calibration/calibration-progress.ts';
import { describePower, describeProspects, describeRate } from '../calibration/calibration-words.ts';
import { askProspects, type Prospects } from '../calibration/prospects.ts';

export interface Measured {
  readonly found: Calibrated;
  readonly prospects: Prospects;
  /** Of a kilowatt hour, or null. */
  readonly price: number | null;
  /** Null where the coins are worth nothing. */
  readonly chain: ChainFacts | null;
}

export interface MeasureOptions {
  readonly paths: Paths;
  /** The text that is about to be written, valid. */
  readonly text: string;
  readonly signal: AbortSignal;
  readonly progress: CalibrationProgress;
}

/** Null when the signal ended it. */
export async function measureFor({ paths, text, signal, progress }: MeasureOptions): Promise<Measured | null> {
  const { config } = checkConfig(text, paths.configFile, { home: paths.userHome });
  if (config === null) throw new Error('only a valid configuration is measured');
  const core = native();
  const { threads } = config.miner;
  // What `auto` will be is the calibration's own to find.
  const planned = threads.kind === 'auto' ? undefined : tuningOf({ threads, calibration: null, core }).threads;
  const onProgress = progress.tell;
  const found = await calibrateMachine({ core, signal, onProgress, threads: planned }).finally(progress.end);
  if (found === null) return null;
  const prospects = await askProspects(core, config, paths, found.macsPerSecond, signal);
  const chain = chainOf(config.network);
  return signal.aborted ? null : { found, prospects, price: config.miner.powerPrice, chain };
}

/** The lines that a person reads before saying yes. */
export function describeMeasured({ found, prospects, price, chain }: Measured): string {
  const cost = describePower(found, prospects, price, chain);
  return [describeRate(found), ...describeProspects(prospects), ...cost].join('\n');
}
