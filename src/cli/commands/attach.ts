// `pearlctl attach`: adopt a gateway and a miner that another program started.
import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';

/** As many as Linux can have, PID_MAX_LIMIT of <linux/threads.h>; macOS has fewer. */
const PIDS = { whole: true, from: 1, to: 2 ** 22 } as const;

export const command = defineCommand({
  description:
    'Notes a running gateway and miner in the sidecar, so that status, doctor and other tools find them. Nothing is ' +
    'started or supervised; `detach` lets them go again. Refused while a supervisor runs here.',
  examples: [
    ['pearlctl attach --gateway-url http://127.0.0.1:8337', 'Adopt a gateway alone'],
    ['pearlctl attach --gateway-url unix:/tmp/pearlgw.sock --gateway-pid 4711 --miner-pid 4712', 'Adopt both'],
  ],
  options: {
    'gateway-url': {
      type: 'string',
      describe: 'Where the gateway listens',
      demandOption: true,
      placeholder: 'http://HOST:PORT|unix:PATH',
    },
    'gateway-pid': {
      type: 'number',
      describe: 'Its process, to see whether it lives',
      placeholder: 'PID',
      range: PIDS,
    },
    'miner-pid': { type: 'number', describe: "The miner's process", placeholder: 'PID', range: PIDS },
    'metrics-url': { type: 'string', describe: 'Where metrics are served', placeholder: 'URL' },
    wallet: { type: 'string', describe: 'The address that it pays', placeholder: 'ADDRESS' },
  },
  async run(args, context) {
    const [{ attach }, { parseEndpoint }] = await Promise.all([
      import('../../provider/attachment.ts'),
      import('../../protocol/jsonrpc/endpoint.ts'),
    ]);
    const sidecar = await attach(context.paths, {
      gateway: parseEndpoint(args.gatewayUrl),
      gatewayPid: args.gatewayPid ?? null,
      minerPid: args.minerPid ?? null,
      metricsUrl: args.metricsUrl ?? null,
      wallet: args.wallet ?? null,
    });
    const next = context.fixText(fix`Let it go with: ${pearlctl('detach')}`);
    context.print(`Attached to the gateway at ${sidecar.gatewayUrl}. ${next}`, {
      schemaVersion: 1,
      gatewayUrl: sidecar.gatewayUrl,
      sidecar: context.paths.sidecarFile,
    });
    return EXIT.ok;
  },
});
