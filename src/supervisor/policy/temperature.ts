// How hot the processor is, and how often it slowed itself down (kernel documentation, hwmon/sysfs-interface and
// driver-api/thermal/sysfs-api: thousandths of a degree).
import type { SystemFiles } from '../../miner/system-files.ts';

type Files = Pick<SystemFiles, 'read' | 'list'>;

const MONITORS = '/sys/class/hwmon';
const ZONES = '/sys/class/thermal';
const PROCESSORS = '/sys/devices/system/cpu';
/** The drivers of processors' own sensors. */
const PROCESSOR_MONITORS = ['coretemp', 'k10temp', 'zenpower', 'cpu_thermal', 'soc_thermal'];
const PROCESSOR_ZONE = /cpu|pkg|soc|core|acpitz/i;

export interface Heat {
  /** The hottest of the processor's sensors; null where none can be read. */
  readonly celsius: number | null;
  /** Times that it slowed down for heat since boot; null where it does not count them. */
  readonly throttled: number | null;
}

export function readHeat(files: Files): Heat {
  const own = monitorDegrees(files);
  const degrees = (own.length > 0 ? own : zoneDegrees(files)).filter((celsius) => celsius > 0 && celsius < 200);
  const count = files.read(`${PROCESSORS}/cpu0/thermal_throttle/package_throttle_count`);
  return {
    celsius: degrees.length === 0 ? null : Math.max(...degrees),
    throttled: count !== null && /^\d{1,15}$/.test(count) ? Number(count) : null,
  };
}

function monitorDegrees(files: Files): number[] {
  return files
    .list(MONITORS)
    .map((name) => `${MONITORS}/${name}`)
    .filter((folder) => PROCESSOR_MONITORS.includes(files.read(`${folder}/name`) ?? ''))
    .flatMap((folder) => {
      const inputs = files.list(folder).filter((file) => /^temp\d+_input$/.test(file));
      return inputs.flatMap((file) => degreesIn(files.read(`${folder}/${file}`)));
    });
}

function zoneDegrees(files: Files): number[] {
  return files
    .list(ZONES)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => `${ZONES}/${name}`)
    .filter((folder) => PROCESSOR_ZONE.test(files.read(`${folder}/type`) ?? ''))
    .flatMap((folder) => degreesIn(files.read(`${folder}/temp`)));
}

function degreesIn(text: string | null): number[] {
  return text !== null && /^-?\d{1,9}$/.test(text) ? [Number(text) / 1000] : [];
}
