// `pearlctl stop`: stops the service, or a supervisor that was started by hand; comes back when it is gone.
import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { detach, isAttached } from '../../provider/attachment.ts';
import { stopDirectly, stopNow } from '../../service/direct.ts';
import { lifeOf } from '../../state/life.ts';
import { LATE_WORDS } from '../../supervisor/control/control-client.ts';
import { defineCommand } from '../command.ts';
import { installedService, report, requireServiceRights } from '../service-verb.ts';
import { whileFinishing } from '../stop-progress.ts';

/** For a supervisor without a manager: two seconds for the miner, the longest stop_timeout that is likely, and some. */
const DIRECT_LIMIT_MS = 60_000;
const STOPPED = { schemaVersion: 1, active: 'inactive' } as const;

export const command = defineCommand({
  description:
    'Stops mining now: the miner hands over what it has, then the gateway leaves. While a gateway of the Pearl node makes the ' +
    'certificate of a found block, the stop waits for that, for at most [gateway] proof_timeout. The service stays ' +
    'installed, and starts again at the next boot or login (`disable` prevents that).',
  examples: [
    ['pearlctl stop', 'Until the next boot or `start`'],
    ['pearlctl stop --now', 'Without waiting for the certificate of a block, which is lost then'],
    ['pearlctl pause', 'Stop only the mining, and keep everything else up'],
  ],
  options: {
    now: { type: 'boolean', describe: 'Give up a block whose certificate is being made', default: false },
  },
  async run(args, context) {
    const service = installedService(context);
    const onLate = () => context.say(LATE_WORDS);
    if (service === null) {
      if (isAttached(context.paths)) {
        // What another program started is not ours to stop.
        await detach(context.paths);
        const text = 'Detached. The gateway and the miner go on: stop them where they were started.';
        context.print(text, { ...STOPPED, lostBlockSeconds: null });
        return EXIT.ok;
      }
      const lost = args.now ? await stopNow(context.paths, onLate) : undefined;
      const stopping = stopDirectly(context.paths, DIRECT_LIMIT_MS, onLate);
      const stopped = await whileFinishing(context, context.paths, stopping);
      const text = lost !== undefined || stopped ? `It has stopped.${cost(lost)}` : 'Nothing was running.';
      context.print(text, { ...STOPPED, lostBlockSeconds: lost ?? null });
      return EXIT.ok;
    }
    requireServiceRights(service);
    const lost = args.now ? await stopNow(service.paths, onLate) : undefined;
    await whileFinishing(context, service.paths, service.manager.stop());
    // One may have been started by hand beside the service, in the same place.
    if ((await lifeOf(service.paths)).kind !== 'dead') await stopDirectly(service.paths, DIRECT_LIMIT_MS, onLate);
    await report(context, service, fix`It has stopped.${cost(lost)} Go on with: ${pearlctl('start')}`);
    return EXIT.ok;
  },
});

function cost(lostBlockSeconds: number | null | undefined): string {
  if (typeof lostBlockSeconds !== 'number') return '';
  return ` A found block was given up: its certificate had been in the making for ${lostBlockSeconds} s.`;
}
