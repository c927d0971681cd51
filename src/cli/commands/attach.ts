// `pearlctl attach`: adopt a gateway and a miner that somebody else started.

import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';

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
    'gateway-pid': { type: 'string', describe: 'Its process, to see whether it lives', placeholder: 'PID' },
    'miner-pid': { type: 'string', describe: "The miner's process", placeholder: 'PID' },
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
      gatewayPid: parsePid('--gateway-pid', args.gatewayPid),
      minerPid: parsePid('--miner-pid', args.minerPid),
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

function parsePid(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new PearlError('USAGE', `${flag} takes the number of a process, not "${text}".`);
}
