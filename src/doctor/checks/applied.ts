// Does the running supervisor work by the configuration as it stands now?
import type { Config } from '../../config/config.ts';
import type { Sidecar } from '../../sidecar/record.ts';
import type { Check } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

export const applied: Check = {
  id: 'applied',
  area: 'Configuration',
  question: 'Does what runs follow the configuration as it is now',
  async run(context) {
    const live = context.live();
    if (live === null) return skipped('no supervisor runs');
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    if (live.config_file !== null && live.config_file !== context.paths.configFile) {
      return warning(
        `the supervisor runs by ${live.config_file}`,
        `pearlctl doctor --config ${live.config_file}, or start it with the other one`,
      );
    }
    const different = differences(config, live);
    if (different.length === 0) return ok('what runs is what it says');
    return warning(`${different.join(', ')} changed since it was read`, 'pearlctl reload');
  },
};

/** The keys in which a configuration is not what the sidecar says; the sidecar tells no others. */
export function differences(config: Config, live: Sidecar): string[] {
  const { shape, gateway } = config;
  const pairs: [key: string, now: unknown, running: unknown][] = [
    ['network', config.network, live.network],
    ['miner.wallet', config.miner.wallet, live.wallet_address],
    ['gateway.kind', gateway.kind, live.gateway_kind],
    ['shape', [shape.m, shape.n, shape.k, shape.rank].join(), shapeOf(live)],
    // Port 0 is any free one.
    [
      'gateway.port',
      gateway.port === 0 || gateway.socket !== null ? null : gateway.port,
      portOf(live.gateway_url, gateway),
    ],
    ['gateway.metrics_port', gateway.metricsPort === 0 ? null : gateway.metricsPort, portOf(live.metrics_url, null)],
  ];
  return pairs.filter(([, now, running]) => now !== null && running !== null && now !== running).map(([key]) => key);
}

function shapeOf({ shape }: Sidecar): string | null {
  return shape === null ? null : [shape.m, shape.n, shape.k, shape.rank].join();
}

function portOf(url: string, gateway: Config['gateway'] | null): number | null {
  if (gateway?.socket !== undefined && gateway.socket !== null) return null;
  const port = Number(/:(\d+)(?:\/|$)/.exec(url)?.[1]);
  return Number.isInteger(port) ? port : null;
}
