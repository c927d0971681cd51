// `pearlctl verify`: is this proof valid? One proof from a file, or a stream of them.
import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';
import { judgeProof } from '../verify/judge-proof.ts';
import { readProof } from '../verify/proof-file.ts';
import { answerBatch } from '../verify/verify-batch.ts';
import { parseHeader, parseNbits, parseTarget, type Terms } from '../verify/verify-request.ts';

type SingleFlags = Partial<Record<'header' | 'nbits' | 'target' | 'proof', string | undefined>> & {
  readonly certVersion?: number | undefined;
  readonly rankPenalty?: boolean | undefined;
};

export const command = defineCommand({
  description:
    'Judges Pearl proofs by the full consensus rules, offline. Exit code 0: valid, 1: not valid. With --batch it reads ' +
    'JSON lines {"id", "header", "cert_version", "rank_penalty", "nbits" or "target", "proof"} from standard input, ' +
    'answers each with {"id", "valid", "reason"} and exits 0 when every line was answered.',
  examples: [
    [
      'pearlctl verify --header HEX --cert-version 3 --rank-penalty --nbits 1d00ffff --proof proof.b64',
      'Judge one proof',
    ],
    ['pearlctl verify --header HEX --cert-version 3 --target HEX --proof -', 'The proof comes on standard input'],
    ['pearlctl verify --batch < proofs.jsonl', 'Judge a stream of proofs'],
  ],
  options: {
    header: { type: 'string', describe: 'The incomplete block header: 76 bytes in hex', placeholder: 'HEX' },
    'cert-version': {
      type: 'number',
      describe: 'Certificate version of the job: 1, 2 or 3',
      range: { whole: true },
    },
    nbits: {
      type: 'string',
      describe: 'Compact target: 8 hex digits',
      placeholder: 'HEX',
      conflicts: 'target',
    },
    target: { type: 'string', describe: 'Target itself: 64 hex digits, most significant first', placeholder: 'HEX' },
    'rank-penalty': { type: 'boolean', describe: 'Judge by the rank rule: rank 128 or more, bound scaled by it' },
    proof: {
      type: 'string',
      describe: 'File with the proof (base64 or bytes), or - for standard input',
      placeholder: 'FILE',
    },
    batch: {
      type: 'boolean',
      describe: 'Judge JSON lines from standard input',
      conflicts: ['header', 'cert-version', 'nbits', 'target', 'rank-penalty', 'proof'],
    },
  },
  async run(args, context) {
    const { native } = await import('../../native/native.ts');
    if (args.batch) {
      await answerBatch(native(), process.stdin, process.stdout);
      return EXIT.ok;
    }
    const terms = readTerms(args);
    if (args.proof === undefined) throw usage('--proof is missing.');
    const { valid, reason, message, hash } = judgeProof(native(), { terms, proof: await readProof(args.proof) });
    const hashHex = hash?.toString('hex') ?? null;
    context.print(valid ? `valid: hash ${hashHex}` : `not valid: ${message ?? reason} (${reason})`, {
      schemaVersion: 1,
      valid,
      reason,
      message,
      hash: hashHex,
    });
    return valid ? EXIT.ok : EXIT.no;
  },
});

function usage(message: string): PearlError {
  return new PearlError('USAGE', message, { hint: fix`See: ${pearlctl('verify', '--help')}` });
}

function readTerms(flags: SingleFlags): Terms {
  if (flags.header === undefined) throw usage('--header is missing.');
  const header = parseHeader(flags.header);
  if (!header) throw usage('--header takes 152 hex digits, the 76 bytes of an incomplete header.');
  if (flags.certVersion === undefined) throw usage('--cert-version is missing.');
  return {
    header,
    certVersion: flags.certVersion,
    rankPenalty: flags.rankPenalty ?? false,
    target: readTarget(flags),
  };
}

function readTarget({ nbits, target }: SingleFlags): Terms['target'] {
  if (nbits === undefined && target === undefined) throw usage('Give --nbits or --target.');
  if (target !== undefined) {
    const exact = parseTarget(target);
    if (exact === null) throw usage('--target takes 64 hex digits, most significant first.');
    return { exact };
  }
  const compact = parseNbits(nbits ?? '');
  if (compact === null) throw usage('--nbits takes 8 hex digits.');
  return { nbits: compact };
}
