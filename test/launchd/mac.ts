// A Mac as the cases see one. `simulated.ts` makes it of folders and the stand-in for launchd, `real.ts` is the machine itself.
import type { Scope } from '../../src/base/instance.ts';
import type { Config } from '../../src/config/configuration.ts';
import { loadConfig } from '../../src/config/configuration.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { type PreparedInstall, prepareInstall } from '../../src/service/install-service.ts';
import type { Service } from '../../src/service/installed-service.ts';

export interface Mac {
  scope: Scope;
  /** The service as the commands open it, afresh each time; to install from another package than the running one. */
  open(program?: string): Service;
  /** Who mines in a daemon. */
  serviceUser: string;
  /** What launchd is asked behind the product's back: pid of the job, or null. */
  pid(): Promise<number | null>;
  /** Puts the configuration where the service expects it. */
  writeConfig(text: string): void;
  /** Everything on the machine that is there because of us. */
  traces(): string[];
  /** What a person does to the machine; null where that would end the test itself. */
  person: Person | null;
}

interface Person {
  login(): Promise<void>;
  logout(): Promise<void>;
  reboot(): Promise<void>;
  /** Closes the lid for a while. */
  sleep(milliseconds: number): Promise<void>;
}

export function devnetConfig(extra: { stopTimeout?: string; level?: string } = {}): string {
  return [
    'network = devnet',
    '[miner]',
    `wallet = ${walletFromProgram(Buffer.alloc(32, 1), 'devnet')}`,
    'threads = 1',
    '[gateway]',
    'port = 0',
    'metrics_port = 0',
    `stop_timeout = ${extra.stopTimeout ?? '5s'}`,
    '[logs]',
    `level = ${extra.level ?? 'info'}`,
    '',
  ].join('\n');
}

/** What `pearlctl install` prepares, from the configuration as it is now. */
export async function prepare(mac: Mac, program?: string): Promise<PreparedInstall> {
  const service = mac.open(program);
  const config: Config = await loadConfig(service.paths);
  return prepareInstall(service, config, { linger: false, serviceUser: mac.serviceUser });
}
