// What the reference gateway's log says that nothing else does: a pure reading of one line into one fact. Its lines look like
// `2026-06-01 12:00:00 - ERROR - text - file.py:12`, in ANSI colours, on standard error.
import { withoutColours } from '../../base/logs/last-words.ts';

import type { NodeTrouble } from './node-trouble.ts';

/** `trouble`: it runs and will not serve until its owner acts. `verdict`: what the node made of a proof. */
export type GatewayFact =
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'verdict'; readonly result: GatewayVerdict };
type GatewayVerdict = 'accepted' | 'rejected' | 'stale';

interface TroubleFacts {
  /** By which it is mended. */
  readonly kind: NodeTrouble['kind'];
  readonly text: string;
  /** Whether it stays until the owner acts. */
  readonly refused: boolean;
  /** Whether a good answer of the node shows that it has passed. */
  readonly isOverWithNode: boolean;
}

const PASSING = { refused: false, isOverWithNode: true } as const;
const LASTING = { refused: true, isOverWithNode: false } as const;

export const TROUBLES = {
  'node-unreachable': { kind: 'unreachable', text: 'the gateway cannot connect to the node', ...PASSING },
  'node-no-peers': { kind: 'no-peers', text: 'the node is not connected to any other', ...PASSING },
  'node-downloading': { kind: 'downloading', text: 'the node is syncing', ...PASSING },
  'node-password': { kind: 'unauthorized', text: 'the node refuses the RPC user or password', ...LASTING },
  'node-tls': { kind: 'tls-unknown', text: 'the gateway does not get through the TLS of the node', ...LASTING },
  'node-speaks-tls': {
    kind: 'tls-wanted',
    text: 'the node speaks TLS, and [pearld] rpc_url says http://',
    ...LASTING,
  },
  'address-malformed': { kind: 'address', text: 'the gateway cannot read the payout address', ...LASTING },
  'address-type': { kind: 'address', text: 'the payout address is not a Taproot address', ...LASTING },
  'port-in-use': { kind: 'port', text: "the gateway's port is in use by another program", ...LASTING },
  settings: { kind: 'settings', text: 'the gateway does not accept its settings', ...LASTING },
} as const satisfies Record<string, TroubleFacts>;

export type Trouble = keyof typeof TROUBLES;

/** The first that matches decides. The texts are those of the releases seen (reference behaviour, points 3, 7, 8 and 19). */
const FACTS: readonly (readonly [RegExp, Trouble | GatewayVerdict])[] = [
  [/Cannot connect to host .*(\[SSL|WRONG_VERSION_NUMBER|certificate verify)/i, 'node-tls'],
  [/Cannot connect to host/i, 'node-unreachable'],
  [/\b(?:is )?not connected\b.*-9\b|-9\b.*\bnot connected\b/i, 'node-no-peers'],
  [/\bdownloading blocks\b/i, 'node-downloading'],
  [/\bHTTP (?:error )?400\b/i, 'node-speaks-tls'],
  [/\bHTTP (?:error )?40[13]\b/i, 'node-password'],
  [/Invalid bech32(?:\/bech32m)? address/i, 'address-malformed'],
  [/Expected Taproot witness version/i, 'address-type'],
  [/address already in use/i, 'port-in-use'],
  [/validation errors? for /i, 'settings'],
  [/\bblock\b.*\b(accepted|submitted successfully)\b|\baccepted\b.*\bblock\b/i, 'accepted'],
  // `already_submitted` is no verdict: the first proof of that job is still being made.
  [/\bblock\b.*\brejected\b|\brejected\b.*\bblock\b/i, 'rejected'],
  [/\bstale\b.*\b(proof|block|job|header)\b|\b(proof|block|job|header)\b.*\bstale\b/i, 'stale'],
];

/** The fact in a line of the gateway's output, or null for what changes nothing. */
export function readGatewayLine(line: string): GatewayFact | null {
  const plain = withoutColours(line);
  const [, word] = FACTS.find(([pattern]) => pattern.test(plain)) ?? [];
  if (word === undefined) return null;
  return isVerdict(word) ? { kind: 'verdict', result: word } : { kind: 'trouble', trouble: word };
}

function isVerdict(word: Trouble | GatewayVerdict): word is GatewayVerdict {
  return !(word in TROUBLES);
}
