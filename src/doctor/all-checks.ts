// Every check, in the order of the report.
import type { Check } from './check.ts';
import { addon } from './checks/addon.ts';
import { applied } from './checks/applied.ts';
import { boot } from './checks/boot.ts';
import { clock } from './checks/clock.ts';
import { configuration } from './checks/configuration.ts';
import { disk } from './checks/disk.ts';
import { doubles } from './checks/doubles.ts';
import { gateway } from './checks/gateway.ts';
import { gatewayProgram } from './checks/gateway-program.ts';
import { hardening } from './checks/hardening.ts';
import { heat } from './checks/heat.ts';
import { hugePages } from './checks/huge-pages.ts';
import { logs } from './checks/logs.ts';
import { memory } from './checks/memory.ts';
import { miners } from './checks/miners.ts';
import { node } from './checks/node.ts';
import { nodeRpc } from './checks/node-rpc.ts';
import { platform } from './checks/platform.ts';
import { pools } from './checks/pools.ts';
import { ports } from './checks/ports.ts';
import { power } from './checks/power.ts';
import { processor } from './checks/processor.ts';
import { secrets } from './checks/secrets.ts';
import { service } from './checks/service.ts';
import { sleep } from './checks/sleep.ts';
import { supervisor } from './checks/supervisor.ts';
import { upstream } from './checks/upstream.ts';
import { version } from './checks/version.ts';
import { wallet } from './checks/wallet.ts';

export const CHECKS: readonly Check[] = [
  ...[platform, processor, memory, hugePages, disk, clock, power, sleep, heat, miners],
  ...[node, addon, version],
  ...[configuration, wallet, secrets, applied],
  ...[service, boot, hardening, doubles, logs],
  ...[supervisor, ports, gateway, upstream, pools, gatewayProgram, nodeRpc],
];
