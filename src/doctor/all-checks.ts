// Every check, in the order of the report.
import { AREAS, type Check, type Look } from './check.ts';
import { addon } from './checks/addon-check.ts';
import { applied } from './checks/applied-check.ts';
import { boot } from './checks/boot-check.ts';
import { clock } from './checks/clock-check.ts';
import { configuration } from './checks/configuration-check.ts';
import { disk } from './checks/disk-check.ts';
import { doubles } from './checks/doubles-check.ts';
import { gateway } from './checks/gateway-check.ts';
import { gatewayProgram } from './checks/gateway-program-check.ts';
import { hardening } from './checks/hardening-check.ts';
import { heat } from './checks/heat-check.ts';
import { hugePages } from './checks/huge-pages-check.ts';
import { logs } from './checks/logs-check.ts';
import { memory } from './checks/memory-check.ts';
import { miners } from './checks/miners-check.ts';
import { node } from './checks/node-check.ts';
import { nodeRpc } from './checks/node-rpc-check.ts';
import { platform } from './checks/platform-check.ts';
import { pools } from './checks/pools-check.ts';
import { ports } from './checks/ports-check.ts';
import { power } from './checks/power-check.ts';
import { priority } from './checks/priority-check.ts';
import { processor } from './checks/processor-check.ts';
import { secrets } from './checks/secrets-check.ts';
import { service } from './checks/service-check.ts';
import { sleep } from './checks/sleep-check.ts';
import { supervisor } from './checks/supervisor-check.ts';
import { upstream } from './checks/upstream-check.ts';
import { version } from './checks/version-check.ts';
import { wallet } from './checks/wallet-check.ts';

const LOOKS: Readonly<Record<Check['area'], readonly Look[]>> = {
  Machine: [platform, processor, memory, hugePages, disk, clock, power, sleep, heat, miners],
  Program: [node, addon, version],
  Configuration: [configuration, wallet, secrets, applied],
  Service: [service, boot, hardening, doubles, logs],
  Mining: [supervisor, priority, ports, gateway, upstream, pools, gatewayProgram, nodeRpc],
};

export const CHECKS: readonly Check[] = AREAS.flatMap((area) => LOOKS[area].map((look) => ({ ...look, area })));
