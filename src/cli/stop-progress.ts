// What a person sees while a stop waits for the certificate of a found block: that it does, for how long, and how to hurry it.
import { setTimeout as sleep } from 'node:timers/promises';
import { fix, pearlctl } from '../base/fix.ts';
import type { Paths } from '../config/paths.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { Context } from './command-context.ts';

const LOOK_EVERY_MS = 500;

/** Waits for `work`, and tells on standard error what holds it up. */
export async function whileFinishing<T>(context: Context, paths: Paths, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const shown = show(context, paths, over.signal);
  try {
    return await work;
  } finally {
    over.abort();
    await shown;
  }
}

async function show(context: Context, { sidecarFile }: Paths, over: AbortSignal): Promise<void> {
  const live = !context.json && process.stderr.isTTY && process.env.TERM !== 'dumb';
  let told = '';
  const hint = context.fixText(fix`To give the block up: ${pearlctl('stop', '--now')}`);
  while (!over.aborted) {
    const sidecar = readSidecar(sidecarFile);
    const finishing = sidecar.kind === 'valid' && sidecar.value.children.gateway.state === 'finishing';
    const reason = finishing && sidecar.value.state === 'stopping' ? sidecar.value.stateReason : null;
    if (reason !== null) {
      if (told === '') context.say(`The stop waits for a found block. ${hint}.`);
      if (live && reason !== told) process.stderr.write(`\r  … ${reason}\u001b[K`);
      told = reason;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
  if (live && told !== '') process.stderr.write('\r\u001b[K');
}
