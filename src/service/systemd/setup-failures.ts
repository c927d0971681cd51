// What systemd means by the exit codes with which it ends a unit before its program runs: systemd.exec(5), "Process exit codes".
import type { ServiceState } from '../manager.ts';

const MEANINGS: Readonly<Record<number, string>> = {
  200: 'it could not enter the working folder',
  203: 'it could not run the program',
  205: 'it could not set the limits of LimitCORE= and the like',
  208: 'it could not open the standard input',
  209: 'it could not open where the output goes (StandardOutput=)',
  210: 'it could not change the root folder',
  214: 'it could not set the processor priority',
  215: 'it could not set the timer slack',
  216: 'the group of the unit does not exist, or may not be used',
  217: 'the account of the unit does not exist, or user namespaces are restricted here',
  218: 'it may not drop capabilities: user namespaces are restricted here',
  219: 'it could not make the control group',
  221: 'it could not change the personality',
  226: 'it could not build the mount namespace: a folder of ReadWritePaths= is missing, or mounts are restricted here',
  227: 'it could not set NoNewPrivileges=',
  228: 'it could not set the filter of system calls: the kernel has none, or restricts it',
  229: 'it could not set the SELinux context',
  231: 'it could not set the AppArmor profile',
  232: 'it could not restrict the address families',
  233: 'it could not make the runtime folder',
  238: 'it could not make the state folder',
  240: 'it could not make the log folder',
  243: 'it could not read a credential (LoadCredential=)',
};

/** The manager's word for a failure, and how the process ended; empty where neither is known. */
export function endInWords({ failure, lastExit }: Pick<ServiceState, 'failure' | 'lastExit'>): string {
  const end = lastExit?.signal ?? (lastExit?.code == null ? null : `exit code ${lastExit.code}`);
  return [failure, end].filter((word) => word !== null).join(', ');
}

/** In the middle of a sentence, with systemd as `it`; null for a code that is the program's own. */
export function setupFailure(code: number | null): string | null {
  return code === null ? null : (MEANINGS[code] ?? null);
}
