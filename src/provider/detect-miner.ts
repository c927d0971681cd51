// Whether the CPU provider can mine on a machine: a decision over values, after one question: does the addon load?
import { cpus, totalmem } from 'node:os';
import { PearlError } from '../base/errors.ts';
import { readCalibration } from '../miner/calibration/calibration-record.ts';
import { native } from '../native/native.ts';
import type { HardwareInfo, MiningCapabilities } from './provider.ts';

/** The platforms that there is an addon for. */
const PLATFORMS: readonly string[] = ['darwin', 'linux'];

/** This machine. GPUs are not looked for: the CPU provider does not use them. */
export function describeHardware(): HardwareInfo {
  const processors = cpus();
  return {
    platform: process.platform,
    cpuBrand: processors[0]?.model.trim() ?? 'unknown',
    cpuCount: processors.length,
    ramGb: totalmem() / 1024 ** 3,
    gpu: null,
  };
}

/** Why the addon does not load, in words with what to do, or null when it does. */
export function addonProblem(): string | null {
  try {
    native();
    return null;
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  }
}

/** What `pearlctl calibrate` measured on this machine in this version, for exactly that processor; null otherwise. */
export function calibratedRate(calibrationFile: string, { cpuBrand }: HardwareInfo): number | null {
  const record = readCalibration(calibrationFile);
  return record !== null && record.cpu_model === cpuBrand ? record.macs_per_second : null;
}

/**
 * In this order: the platform, the addon, supported. `engineId` and `model` are part of the contract and change nothing: a
 * CPU mines beside whatever serves models.
 */
export function detect(
  hardware: HardwareInfo = describeHardware(),
  _engineId = '',
  _model = '',
  problem: () => string | null = addonProblem,
  rate: () => number | null = () => null,
): MiningCapabilities {
  if (!PLATFORMS.includes(hardware.platform)) {
    const reason = `CPU mining runs on darwin/linux only, and this is ${hardware.platform}.`;
    return { supported: false, reason, estimatedHashrate: null };
  }
  const reason = problem();
  return { supported: reason === null, reason, estimatedHashrate: reason === null ? rate() : null };
}
