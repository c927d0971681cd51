// The public proofs as questions for `verify`: patches applied, everything an entry does not give taken from its base
// (see vectors/README.md).
import { readFileSync } from 'node:fs';

interface Patch {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

interface Entry {
  readonly id: string;
  readonly base?: string;
  readonly header?: string;
  readonly cert_version?: number;
  readonly rank_penalty?: boolean;
  readonly target?: string;
  readonly proof?: string;
  readonly patch?: readonly Patch[];
  readonly text_patch?: readonly Patch[];
  readonly share_targets?: readonly { readonly target: string; readonly win: boolean }[];
}

interface VectorQuestion {
  readonly id: string;
  readonly header: string;
  readonly cert_version: number;
  readonly rank_penalty: boolean;
  readonly nbits?: string;
  readonly target?: string;
  readonly proof: string;
}

/** A question and what is known of its answer; `valid` null where either answer is right as long as it is clear. */
export interface Case {
  readonly question: VectorQuestion;
  readonly valid: boolean | null;
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')) as T;
}

const proofs = load<{ valid: Entry[]; own_valid: Entry[]; patched_valid: Entry[] }>('proofs');
const bases = new Map(proofs.valid.map((entry) => [entry.id, entry]));

function patched(original: Buffer, patches: readonly Patch[], encoding: 'hex' | 'latin1'): Buffer {
  let from = 0;
  const pieces: Buffer[] = [];
  for (const { at, remove, insert } of patches) {
    pieces.push(original.subarray(from, at), Buffer.from(insert, encoding));
    from = at + remove;
  }
  return Buffer.concat([...pieces, original.subarray(from)]);
}

function question(entry: Entry): VectorQuestion {
  const base = entry.base === undefined ? entry : bases.get(entry.base);
  const whole = { ...base, ...entry };
  const { header, cert_version, rank_penalty, proof, target } = whole;
  if (header === undefined || cert_version === undefined || rank_penalty === undefined || proof === undefined) {
    throw new Error(`vector ${entry.id} is incomplete`);
  }
  const bytes = patched(Buffer.from(proof, 'base64'), entry.patch ?? [], 'hex');
  const text = entry.patch ? bytes.toString('base64') : proof;
  return {
    id: entry.id,
    header,
    cert_version,
    rank_penalty,
    // The header holds it little-endian in its last four bytes.
    nbits: Buffer.from(header, 'hex').subarray(72).reverse().toString('hex'),
    // A target of the entry itself goes before its nbits; that of its base is the one of nbits.
    ...(entry.target === undefined ? {} : { target }),
    proof: patched(Buffer.from(text, 'latin1'), entry.text_patch ?? [], 'latin1').toString('latin1'),
  };
}

export function vectorCases(): Case[] {
  const valid = [...proofs.valid, ...proofs.own_valid, ...proofs.patched_valid];
  return [
    ...valid.map((entry) => ({ question: question(entry), valid: true })),
    ...valid.flatMap((entry) =>
      (entry.share_targets ?? []).map(({ target, win }, i) => ({
        question: { ...question(entry), id: `${entry.id}/share-${i}`, target },
        valid: win,
      })),
    ),
    ...load<Entry[]>('invalid').map((entry) => ({ question: question(entry), valid: false })),
    ...load<Entry[]>('leniency').map((entry) => ({ question: question(entry), valid: null })),
  ];
}
