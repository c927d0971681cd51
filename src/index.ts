// What programs import: the provider and its contract, the errors, and the parts that a host of providers needs.
export { type Config, loadConfig, parseConfig } from './config/config.ts';
export type { Network } from './config/networks.ts';
export { type Paths, resolvePaths } from './config/paths.ts';
export { type ErrorCode, EXIT, type ExitCode, PearlError } from './errors.ts';
export { type CpuPearlOptions, CpuPearlProvider } from './provider/cpu-pearl.ts';
export { describeHardware, detect } from './provider/detect.ts';
export { type LauncherOptions, PearlSubprocessLauncher } from './provider/launcher.ts';
export type {
  HardwareInfo,
  MiningCapabilities,
  MiningConfig,
  MiningProvider,
  MiningStats,
  ProviderExtra,
} from './provider/provider.ts';
export { ensureRegistered, MinerRegistry, type ProviderFactory } from './provider/registry.ts';
export { type LegacySidecar, Sidecar } from './provider/sidecar.ts';
export { parseSubmitTarget, type SubmitTarget } from './provider/submit-target.ts';
export { configuredGatewayUrl, declareChildren } from './supervisor/declarations.ts';
export { VERSION } from './version.ts';
