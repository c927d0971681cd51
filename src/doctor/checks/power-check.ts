// Does the machine run on its battery?
import { fix, pearlctl } from '../../base/fix.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

const SUPPLIES = '/sys/class/power_supply';
const FIX = fix`Plug it in, or: ${pearlctl('pause')}`;

export const power: Look = {
  id: 'power',
  question: 'Does the machine run on mains power',
  run: (context) => (context.machine.platform === 'darwin' ? macPower(context) : linuxPower(context)),
};

async function linuxPower({ machine }: DoctorContext): Promise<Finding> {
  const read = (name: string, file: string) => machine.readText(`${SUPPLIES}/${name}/${file}`)?.trim();
  // A mouse has a battery too, and says so: its scope is `Device`.
  const batteries = machine
    .list(SUPPLIES)
    .filter((name) => read(name, 'type') === 'Battery' && read(name, 'scope') !== 'Device');
  if (batteries.length === 0) return ok('no battery');
  const discharging = batteries.find((name) => read(name, 'status') === 'Discharging');
  if (discharging === undefined) return ok('on mains power');
  return warning(`on battery, ${read(discharging, 'capacity') ?? 'unknown'} % left`, FIX);
}

async function macPower({ machine }: DoctorContext): Promise<Finding> {
  const answer = await machine.ask(['pmset', '-g', 'batt']);
  if (answer === null) return skipped('pmset does not answer');
  return answer.stdout.includes("'Battery Power'") ? warning('on battery', FIX) : ok('on mains power');
}
