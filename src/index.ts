// What programs import: the provider and its contract, the errors, and the parts that a host of providers needs.
export { type ErrorCode, EXIT, type ExitCode, PearlError } from './base/errors.ts';
export { VERSION } from './base/version.ts';
export { type Config, loadConfig, parseConfig } from './config/configuration.ts';
export { type Paths, resolvePaths } from './config/paths.ts';
export type { Network } from './protocol/networks.ts';
export { type CpuPearlOptions, CpuPearlProvider } from './provider/cpu-pearl.ts';
export { describeHardware, detect } from './provider/detect-miner.ts';
export { type LauncherOptions, PearlSubprocessLauncher } from './provider/launcher.ts';
export type {
  HardwareInfo,
  MiningCapabilities,
  MiningConfig,
  MiningProvider,
  MiningStats,
  OpenJarvisConfig,
  PoolTarget,
  ProviderExtra,
  SoloTarget,
  StartOptions,
} from './provider/provider.ts';
export { type LegacySidecar, Sidecar } from './provider/provider-sidecar.ts';
export { ensureRegistered, MinerRegistry, type ProviderFactory } from './provider/registry.ts';
export { parseSubmitTarget, type SubmitTarget } from './provider/submit-target.ts';
export { configuredGatewayUrl, declareChildren } from './supervisor/children/declarations.ts';
