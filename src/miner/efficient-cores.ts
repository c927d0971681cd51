// Which processors of a machine with two kinds of cores are the efficient ones, by what the kernel tells of them.
import type { SystemFiles } from './system-files.ts';

/** Intel's efficiency cores, as their own performance counters are listed (perf_event_open(2)). */
const ATOM = '/sys/devices/cpu_atom/cpus';
const PROCESSORS = '/sys/devices/system/cpu';
const MAX_PROCESSORS = 4096;

/** Empty where all cores are of one kind, or the kernel does not tell. */
export function efficientCores(files: Pick<SystemFiles, 'read' | 'list'>): number[] {
  const atoms = processorsIn(files.read(ATOM) ?? '');
  if (atoms.length > 0) return atoms;
  // Arm: the strongest core has 1024 (kernel documentation, devicetree/bindings/cpu/cpu-capacity).
  const capacities = files.list(PROCESSORS).flatMap((name) => {
    const cpu = /^cpu(\d{1,4})$/.exec(name)?.[1];
    const capacity = Number(files.read(`${PROCESSORS}/${name}/cpu_capacity`) || Number.NaN);
    return cpu === undefined || !(capacity > 0) ? [] : [{ cpu: Number(cpu), capacity }];
  });
  const least = Math.min(...capacities.map(({ capacity }) => capacity));
  const efficient = capacities.filter(({ capacity }) => capacity === least).map(({ cpu }) => cpu);
  return efficient.length === capacities.length ? [] : efficient.sort((a, b) => a - b);
}

/** `0-3,8`. */
function processorsIn(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim()) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(to) >= MAX_PROCESSORS) return [];
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
  });
}
