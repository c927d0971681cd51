// The Pearl node's own configuration file, pearld.conf, read for what it takes to talk to the node. The node descends from
// btcd and reads its file as btcd does: `;` and `#` begin a comment only at the start of a line.
import { PearlError } from '../base/errors.ts';
import { type Network, networkFacts } from '../protocol/networks.ts';

/** What the file says; null where it says nothing. */
export interface PearldConf {
  rpcUser: string | null;
  rpcPassword: string | null;
  /** Where this machine reaches the node's RPC. */
  rpcUrl: string | null;
}

/** The node's sample file has some 20 KiB. */
const MAX_BYTES = 256 * 1024;

/** Reads the text of a pearld.conf. Other keys are skipped: the text is the node's, not ours to judge. */
export function readPearldConf(text: string, network: Network): PearldConf {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new PearlError('CONFIG_INVALID', 'The file of [pearld] conf is too large for a pearld.conf.', {
      hint: 'Set conf to the file that the node itself reads.',
    });
  }
  const values = valuesOf(text);
  const last = (name: string): string | null => values.get(name)?.at(-1) || null;
  const listen = values.get('rpclisten')?.[0];
  const plain = ['1', 'true', 'yes'].includes(last('notls') ?? '');
  return {
    rpcUser: last('rpcuser'),
    rpcPassword: last('rpcpass'),
    rpcUrl: listen === undefined ? defaultUrl(network, plain) : urlOf(listen, network, plain),
  };
}

/** All values by key, in order; a key that stands alone has an empty one. */
function valuesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, key, value = ''] = /^\s*([a-z]+)\s*(?:[=:]\s*(.*))?$/.exec(line.trimEnd()) ?? [];
    if (key === undefined) continue;
    const [, inner = value] = /^"(.*)"$/.exec(value) ?? [];
    values.set(key, [...(values.get(key) ?? []), inner]);
  }
  return values;
}

function defaultUrl(network: Network, plain: boolean): string | null {
  const { rpcPort } = networkFacts(network);
  return rpcPort === null ? null : `${plain ? 'http' : 'https'}://localhost:${rpcPort}`;
}

/** A node that listens on every address is reached on this machine's own. */
function urlOf(listen: string, network: Network, plain: boolean): string | null {
  const [, bracketed, named, port] = /^(?:\[([0-9a-fA-F:]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(listen) ?? [];
  const host = bracketed ?? named;
  if (host === undefined) return null;
  const everywhere = host === '' || host === '0.0.0.0' || host === '::';
  const reached = everywhere ? 'localhost' : bracketed === undefined ? host : `[${host}]`;
  const url = `${plain ? 'http' : 'https'}://${reached}:${port ?? networkFacts(network).rpcPort ?? ''}`;
  return URL.canParse(url) ? url : null;
}
