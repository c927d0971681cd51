// The configuration as one typed value, and the only ways to get one: from a text (pure) or from the file of a scope.
import { PearlError } from '../base/errors.ts';
import type { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import type { Paths } from './paths.ts';
import { readValues } from './read-values.ts';
import { applyRules } from './rules.ts';
import type { Config } from './typed-config.ts';

export type { Config, GatewayKind, RestartPolicy } from './typed-config.ts';

export interface ParseOptions {
  /** What `~/` in a path stands for. Without it, such a path is refused. */
  home?: string | undefined;
}

/** A configuration that was looked at whole: the value, or everything that is wrong, in the order of the lines. */
export type Checked = { config: Config; problems: [] } | { config: null; problems: [ConfigError, ...ConfigError[]] };

/**
 * Reads a configuration and collects what is wrong with it.
 *
 * @throws ConfigError CONFIG_SYNTAX when a line cannot be read at all.
 */
export function checkConfig(text: string, origin: string, options: ParseOptions = {}): Checked {
  const { config, problems } = applyRules(readValues(text, origin, options.home ?? null), origin);
  const [first, ...others] = problems;
  return first === undefined ? { config, problems: [] } : { config: null, problems: [first, ...others] };
}

/**
 * Reads a configuration.
 *
 * @param origin the file's name for messages.
 * @throws ConfigError CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_INVALID, WALLET_INVALID or SHAPE_INVALID: the first problem.
 */
export function parseConfig(text: string, origin: string, options: ParseOptions = {}): Config {
  const { config, problems } = checkConfig(text, origin, options);
  if (config === null) throw problems[0];
  return config;
}

/**
 * Reads the configuration of `paths`.
 *
 * @throws PearlError CONFIG_MISSING, CONFIG_UNREADABLE, or what parseConfig throws.
 */
export async function loadConfig(paths: Paths): Promise<Config> {
  return parseConfig(await readConfigFile(paths.configFile), paths.configFile, { home: paths.userHome });
}

/** The same, or null where there is none that can be used. */
export async function loadUsableConfig(paths: Paths): Promise<Config | null> {
  return loadConfig(paths).catch((error: unknown) => {
    if (error instanceof PearlError) return null;
    throw error;
  });
}
