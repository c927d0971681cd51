// The providers by their ids: one table for the process, filled by each module that has a provider.
import { PearlError } from '../base/errors.ts';
import { CpuPearlProvider } from './cpu-pearl.ts';
import type { MiningProvider } from './provider.ts';

/** Makes a provider; `home` is the folder that everything of it lies in, `nodePath` the Node that its processes run in. */
export type ProviderFactory = new (options?: { readonly home?: string; readonly nodePath?: string }) => MiningProvider;

const providers = new Map<string, ProviderFactory>();

export const MinerRegistry = {
  /** Adds a provider; a second one under the same id takes its place. */
  registerValue(id: string, factory: ProviderFactory): void {
    providers.set(id, factory);
  },

  contains(id: string): boolean {
    return providers.has(id);
  },

  /** @throws PearlError INPUT_INVALID naming an id that is not registered. */
  get(id: string): ProviderFactory {
    const factory = providers.get(id);
    if (factory !== undefined) return factory;
    throw new PearlError('INPUT_INVALID', `There is no mining provider "${id}".`, {
      hint: `Known are: ${[...providers.keys()].join(', ') || 'none; call ensureRegistered() first'}.`,
    });
  },

  ids(): string[] {
    return [...providers.keys()];
  },
} as const;

/** Registers the providers of this package; calling it again changes nothing. */
export function ensureRegistered(): void {
  if (!MinerRegistry.contains(CpuPearlProvider.providerId)) {
    MinerRegistry.registerValue(CpuPearlProvider.providerId, CpuPearlProvider);
  }
}
