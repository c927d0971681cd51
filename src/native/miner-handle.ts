// The native miner as TypeScript sees it: its errors with codes of ours, and a stop that is over only when the last proof
// has been handed on.
import { setImmediate } from 'node:timers/promises';
import { coded } from './coded.ts';
import type { Addon, NativeEvent, NativeMiner, NativeMinerOptions } from './interface.ts';

/** Starts the threads. Throws KERNEL_UNKNOWN for a kernel that is not there or that fails its self-test. */
export function createMiner(
  Miner: Addon['Miner'],
  options: NativeMinerOptions,
  onEvent: (event: NativeEvent) => void,
): NativeMiner {
  let received = 0;
  const raw = coded('KERNEL_UNKNOWN', () => {
    return new Miner(options, (event) => {
      received += 1;
      onEvent(event);
    });
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    // The number of events that were sent in all.
    const sent = await raw.stop();
    // The events' own queue does not keep the process alive; going round the loop does until it is empty.
    while (received < sent) await setImmediate();
  };
  return {
    setJob: (job) =>
      coded(
        (reason) => (reason === 'SHAPE_INVALID' ? 'SHAPE_INVALID' : 'JOB_UNUSABLE'),
        () => raw.setJob(job),
      ),
    clearJob: () => raw.clearJob(),
    pause: () => raw.pause(),
    resume: () => raw.resume(),
    setDuty: (percent) => raw.setDuty(percent),
    stats: () => raw.stats(),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
