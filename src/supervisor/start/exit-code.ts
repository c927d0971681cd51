// How a supervisor ends, in the words of the service manager that started it.
import { EXIT, type ExitCode, type PearlError } from '../../base/errors.ts';

/**
 * launchd cannot tell exit codes apart and would start a broken configuration for ever: there a permanent failure ends
 * with 0, after it was recorded.
 */
export function exitCodeFor(exitCode: ExitCode, env: NodeJS.ProcessEnv = process.env): ExitCode {
  return isUnderLaunchd(env) && exitCode === EXIT.config ? EXIT.ok : exitCode;
}

/**
 * launchd may have the same agent twice, loaded over ssh and again at the login on the screen (as reported): the second would be
 * started every ten seconds for as long as the first one mines.
 */
export function isSecondAgent(error: PearlError, env: NodeJS.ProcessEnv = process.env): boolean {
  return isUnderLaunchd(env) && error.code === 'ALREADY_RUNNING';
}

function isUnderLaunchd(env: NodeJS.ProcessEnv): boolean {
  return env.XPC_SERVICE_NAME?.startsWith('org.pearlctl.') === true;
}
