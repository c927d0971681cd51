// How a supervisor ends, in the words of the service manager that started it.
import { EXIT, type ExitCode } from '../../base/errors.ts';

/**
 * launchd cannot tell exit codes apart and would start a broken configuration for ever: there a permanent failure ends
 * with 0, after it was recorded.
 */
export function exitCodeFor(exitCode: ExitCode, env: NodeJS.ProcessEnv = process.env): ExitCode {
  const underLaunchd = env.XPC_SERVICE_NAME?.startsWith('org.pearlctl.');
  return underLaunchd && exitCode === EXIT.config ? EXIT.ok : exitCode;
}
