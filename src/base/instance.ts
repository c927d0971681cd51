// What tells one pearlctl of a machine from another.

export type Scope = 'user' | 'system';

/** The flags that name an instance on a command line. */
export interface InstanceFlags {
  /** In advice: it belongs to root, and another account asks, so that what changes it needs sudo. */
  readonly asRoot?: boolean | undefined;
  readonly config?: string | undefined;
  readonly scope?: Scope | undefined;
  readonly instance?: string | undefined;
}

/** The words on a command line that name exactly this instance. */
export function namingWords(of: { scope: Scope; instance: string | null; configFile?: string }): string[] {
  const { scope, instance, configFile } = of;
  const config = configFile === undefined ? [] : ['--config', configFile];
  return ['--scope', scope, ...(instance === null ? [] : ['--instance', instance]), ...config];
}
