// A control group with a bound on memory, of either version: the kernel ends a process of it that needs more.
import { existsSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlGroup } from '../fixtures/control-group.ts';

export interface GroupKind {
  /** Where groups are made. */
  folder: string;
  limitFile: 'memory.limit_in_bytes' | 'memory.max';
  usageFile: 'memory.usage_in_bytes' | 'memory.current';
}

/** The kernel's memory controller, or null where there is none that we may use. */
export function memoryGroups(): GroupKind | null {
  const kinds: GroupKind[] = [
    { folder: '/sys/fs/cgroup/memory', limitFile: 'memory.limit_in_bytes', usageFile: 'memory.usage_in_bytes' },
    { folder: '/sys/fs/cgroup', limitFile: 'memory.max', usageFile: 'memory.current' },
  ];
  return kinds.find(canUse) ?? null;
}

function canUse(kind: GroupKind): boolean {
  try {
    const group = new MemoryGroup(kind, `pearlctl-probe-${process.pid}`);
    const hasLimit = existsSync(join(group.folder, kind.limitFile));
    rmdirSync(group.folder);
    return hasLimit;
  } catch {
    return false;
  }
}

export class MemoryGroup extends ControlGroup {
  readonly #kind: GroupKind;

  /** Makes the group. Throws system errors, and where there are no groups. */
  constructor(kind: GroupKind, name: string) {
    super(kind.folder, name);
    this.#kind = kind;
  }

  usedBytes(): number {
    return Number(readFileSync(join(this.folder, this.#kind.usageFile), 'latin1'));
  }

  limit(bytes: number | null): void {
    const none = this.#kind.limitFile === 'memory.max' ? 'max' : '-1';
    writeFileSync(join(this.folder, this.#kind.limitFile), String(bytes ?? none));
  }

  /** How many processes the kernel has ended for want of memory. */
  kills(): number {
    const file = this.#kind.limitFile === 'memory.max' ? 'memory.events' : 'memory.oom_control';
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(this.folder, file), 'latin1'))?.[1] ?? 0);
  }
}
