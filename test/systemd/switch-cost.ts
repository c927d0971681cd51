// What a switch of versions cost, as the box's own systemd and the ledger tell it.
import type { BoxResult } from './box.ts';

export type Run = (command: readonly string[]) => Promise<BoxResult>;

/** From the moment at which systemd asked the old version to leave, until the new one was ready: its miner had reached its gateway. */
export async function secondsWithout(run: Run, systemctl: readonly string[] = ['systemctl']): Promise<number> {
  const names = ['ActiveExitTimestampMonotonic', 'ActiveEnterTimestampMonotonic'];
  const { stdout } = await run([...systemctl, 'show', 'pearlctl', ...names.flatMap((name) => ['-p', name])]);
  const [exit = 0, enter = 0] = names.map((name) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(stdout)?.[1]));
  return (enter - exit) / 1_000_000;
}

/** What systemd calls the moments in its journal: sd-messages(3), SD_MESSAGE_UNIT_STOPPING and SD_MESSAGE_UNIT_STARTED. */
const MOMENTS = ['de5b426a63be47a7b6ac3eaac82e2f6f', '39f53479d3a045ac8e11786248231fbf'];

/** From the first stop after `since` (microseconds of the kernel's monotonic clock) until the last start: there and back again. */
export async function secondsUntilBack(run: Run, since: number): Promise<number> {
  const matches = MOMENTS.map((id) => `MESSAGE_ID=${id}`);
  const { stdout } = await run(['journalctl', '--output=json', '--boot', 'UNIT=pearlctl.service', ...matches]);
  const times = stdout.split('\n').flatMap((line) => {
    const at = line === '' ? 0 : Number(JSON.parse(line).__MONOTONIC_TIMESTAMP);
    return at > since ? [at] : [];
  });
  return times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1_000_000;
}

/** What became of each proof, oldest first: accepted, or why not. */
export async function verdicts(run: Run, ledger = '/var/lib/pearlctl/shares.jsonl'): Promise<string[]> {
  const { stdout } = await run(['cat', ledger]);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [reasonOf(JSON.parse(line))]));
}

function reasonOf({ result, reason }: { result: string; reason: string | null }): string {
  return reason ?? result;
}

/** What happens on a chain of one's own whatever is switched: two proofs of one height, and more proofs than a busy gateway takes. */
const OF_THE_CHAIN = /another block came first|its job is solved|too many proofs wait/;

/** Those that say that a share was lost. */
export function lost(words: readonly string[]): string[] {
  return words.filter((word) => word !== 'accepted' && !OF_THE_CHAIN.test(word));
}
