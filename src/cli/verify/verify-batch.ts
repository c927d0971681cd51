// Answers a stream of questions line by line, in their order, at the pace of the reader of the answers.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Native } from '../../native/native.ts';
import { judgeProof } from './judge-proof.ts';
import { type BoundedLine, boundedLines } from './paced-lines.ts';
import { LINE_LIMIT_BYTES, parseLine, type QuestionId } from './verify-request.ts';

interface Answer {
  readonly id: QuestionId;
  readonly valid: boolean;
  readonly reason: string | null;
}

function answerLine(native: Native, line: BoundedLine): Answer {
  const { id, question } = line ? parseLine(line) : { id: null, question: null };
  if (!question) return { id, valid: false, reason: 'input' };
  const { valid, reason } = judgeProof(native, question);
  return { id, valid, reason };
}

/** Resolves when every line of `source` has its answer in `sink`. */
export async function answerBatch(
  native: Native,
  source: AsyncIterable<Buffer | string>,
  sink: Writable,
): Promise<void> {
  for await (const line of boundedLines(source, LINE_LIMIT_BYTES)) {
    const room = sink.write(`${JSON.stringify(answerLine(native, line))}\n`);
    if (!room) await once(sink, 'drain');
  }
}
