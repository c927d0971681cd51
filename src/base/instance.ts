// What tells one pearlctl of a machine from another.

export type Scope = 'user' | 'system';

/** The flags that name an instance on a command line. */
export interface InstanceFlags {
  readonly config?: string | undefined;
  readonly scope?: Scope | undefined;
  readonly instance?: string | undefined;
}
