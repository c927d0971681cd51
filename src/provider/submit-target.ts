// Where proofs go, in the notation of the configuration: `solo` or `pool:<url>`. Pure.
import { PearlError } from '../base/errors.ts';
import { completedPoolUrl, type PoolUrl, readPoolUrl } from '../config/pool-url.ts';

export type SubmitTarget =
  | { readonly kind: 'solo' }
  /** `address` is the URL as it was written, with its pin. */
  | { readonly kind: 'pool'; readonly address: string; readonly url: PoolUrl };

/** @throws PearlError INPUT_INVALID that names the value. */
export function parseSubmitTarget(text: unknown): SubmitTarget {
  if (text === 'solo') return { kind: 'solo' };
  if (typeof text !== 'string' || !text.startsWith('pool:')) {
    throw new PearlError('INPUT_INVALID', `${JSON.stringify(text) ?? 'Nothing'} is no submit target.`, {
      hint: 'Write solo, or pool: and the address of a pool, such as pool:stratum+ssl://pool.example.com:3333.',
    });
  }
  const address = text.slice('pool:'.length);
  const url = readPoolUrl(address);
  if (typeof url !== 'string') return { kind: 'pool', address, url };
  const meant = completedPoolUrl(address);
  throw new PearlError('INPUT_INVALID', `The submit target "${text}" ${url}.`, {
    hint: meant === null ? 'For example: pool:stratum+ssl://pool.example.com:3333' : `Did you mean: pool:${meant}`,
  });
}
