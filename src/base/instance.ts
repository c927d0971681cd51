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
