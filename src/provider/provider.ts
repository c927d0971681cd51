// What a mining provider is: the contract that callers program against, and the values that cross it.
import type { Network } from '../protocol/networks.ts';
import type { SubmitTarget } from './submit-target.ts';

/** The machine, as far as providers ask. */
export interface HardwareInfo {
  /** As Node names it: `linux`, `darwin`, `win32`, … */
  readonly platform: string;
  readonly cpuBrand: string;
  readonly cpuCount: number;
  readonly ramGb: number;
  readonly gpu: {
    readonly vendor: string;
    readonly name: string;
    readonly vramGb: number;
    readonly computeCapability: string | null;
    readonly count: number;
  } | null;
}

export interface MiningCapabilities {
  readonly supported: boolean;
  /** Why not, as a sentence for people; null when it is supported. */
  readonly reason: string | null;
  /** Multiply-accumulates per second as `pearlctl calibrate` found them in this home, or null before that. */
  readonly estimatedHashrate: number | null;
}

/** The keys that the provider this one grew from reads, with its names and defaults (protocol section 11). */
export interface ProviderExtra {
  /** Loopback: 127.0.0.1. */
  readonly gateway_host?: string;
  /** 8337; 0 for any free port. */
  readonly gateway_port?: number;
  /** 8339; 0 for any free port. */
  readonly metrics_port?: number;
  /** http://localhost and the network's port. */
  readonly pearld_rpc_url?: string;
  /** rpcuser */
  readonly pearld_rpc_user?: string;
  /** The name of the variable, PEARLD_RPC_PASSWORD: never the password. */
  readonly pearld_rpc_password_env?: string;
  /** The shape of an attempt; without any of the four, the valid default of today. */
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly rank?: number;
  /** The reference gateway and its arguments, `pearl-gateway start`. */
  readonly gateway_command?: readonly string[];
}

export interface MiningConfig {
  /** `cpu-pearl`. */
  readonly provider: string;
  readonly walletAddress: string;
  /** `solo` (the default), `pool:<url>`, what parseSubmitTarget gives, or a target of OpenJarvis. */
  readonly submitTarget?: string | SubmitTarget | SoloTarget | PoolTarget;
  /** mainnet; `devnet` mines coins that are worth nothing, without a node. */
  readonly network?: Network;
  /** The name under which a pool lists this machine. */
  readonly worker?: string;
  /** One per physical core without it. */
  readonly threads?: number;
  readonly extra?: ProviderExtra;
}

/** Solo mining as OpenJarvis writes it down. */
export interface SoloTarget {
  readonly pearld_rpc_url: string;
}

/** A pool as OpenJarvis writes it down. */
export interface PoolTarget {
  readonly url: string;
  readonly worker_id?: string | null;
}

/** The same under the names that OpenJarvis has. */
export interface OpenJarvisConfig extends Omit<MiningConfig, 'walletAddress' | 'submitTarget'> {
  readonly wallet_address: string;
  readonly submit_target?: string | SoloTarget | PoolTarget;
  /** Taken and passed over: there is no fee. */
  readonly fee_bps?: number;
  readonly fee_payout_address?: string | null;
}

export interface StartOptions {
  /** Stops a start that is on its way. */
  readonly signal?: AbortSignal;
}

/** The ten figures of a provider. */
export interface MiningStats {
  readonly providerId: string;
  readonly sharesSubmitted: number;
  readonly sharesAccepted: number;
  readonly blocksFound: number;
  /** Multiply-accumulates per second over the last minute. */
  readonly hashrate: number;
  readonly uptimeSeconds: number;
  /** Unix seconds, or null. */
  readonly lastShareAt: number | null;
  readonly lastError: string | null;
  /** `solo`, or `pool:` and the pool's address: the one connected, else the preferred one. */
  readonly payoutTarget: string;
  /** Always 0: there is no fee. */
  readonly feesOwed: number;
}

export interface MiningProvider {
  readonly providerId: string;
  /** Inspects and nothing else: no process, no network, no change. */
  detect(hardware: HardwareInfo, engineId: string, model: string): MiningCapabilities;
  /** Resolves when gateway and miner are up. Rejects with ALREADY_STARTED while it runs. */
  start(config: MiningConfig | OpenJarvisConfig, options?: StartOptions): Promise<void>;
  /** Resolves when nothing runs any more; also when nothing did. */
  stop(): Promise<void>;
  isRunning(): boolean;
  /** Never throws: zeros and `lastError` where nothing can be read. */
  stats(): MiningStats;
}
