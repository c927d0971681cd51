// The first process of a container inherits every orphan in it, and buries it: nothing else takes a dead process out of the table,
// which has room for so many. Node buries the processes that it has started itself.
import { readdirSync } from 'node:fs';
import { textOf } from '../../base/atomic-file.ts';
import type { Native } from '../../native/interface.ts';

export class Orphans {
  readonly #bury: Native['buryChild'];
  #dead: ReadonlySet<string> = new Set();

  constructor({ buryChild }: Pick<Native, 'buryChild'>) {
    this.#bury = buryChild;
  }

  /** Once a second. What Node has started is buried before it is seen twice: its handler runs between two timers. */
  bury(): void {
    const dead = deadChildren();
    for (const [key, pid] of dead) if (this.#dead.has(key)) this.#bury(pid);
    this.#dead = new Set(dead.keys());
  }
}

/** By number and start, since the number may go to another process. proc_pid_stat(5): state is field 3, the parent 4, the start 22. */
function deadChildren(): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`) ?? '';
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' && Number(parent) === process.pid) found.set(`${name}:${rest[17]}`, Number(name));
  }
  return found;
}
