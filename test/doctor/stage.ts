// A machine for the doctor: a home of the test's own with real files in it, /proc, /sys, /etc and /var below another root
// where a test says so, and programs of the system that answer as the test has it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PearlError } from '../../src/base/errors.ts';
import { VERSION } from '../../src/base/version.ts';
import { parseConfig } from '../../src/config/configuration.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import type { Look } from '../../src/doctor/check.ts';
import { type ContextOptions, type DoctorContext, openContext } from '../../src/doctor/doctor-context.ts';
import { type DoctorModel, doctorModel } from '../../src/doctor/doctor-report.ts';
import { examine } from '../../src/doctor/examine-all.ts';
import { type Machine, openMachine } from '../../src/doctor/machine.ts';
import type { CommandResult, RunCommand } from '../../src/service/run-program.ts';
import { processIdentity } from '../../src/state/sidecar/identity.ts';
import { STATS_SCHEMA } from '../../src/state/stats/stats-record.ts';
import { digestsOf } from '../../src/supervisor/configuration/in-force.ts';
import { WALLET } from '../supervisor/stage.ts';
import { show } from './shown.ts';

export const DEVNET = `network = devnet\n[miner]\nwallet = ${WALLET}\n[gateway]\nport = 0\nmetrics_port = 0\n`;

/** Answers of programs by the start of their command line; anything else is not installed. */
export type Answers = Readonly<Record<string, Partial<CommandResult>>>;

export function answering(answers: Answers): RunCommand {
  return async (command) => {
    const line = command.join(' ');
    const found = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    if (found === undefined)
      throw new PearlError('SERVICE_MANAGER_MISSING', `The program ${command[0]} cannot be run here.`);
    return { code: 0, stdout: '', stderr: '', ...found };
  };
}

export interface SceneOptions extends Partial<Omit<ContextOptions, 'machine' | 'paths'>> {
  /** Text of pearlctl.ini; none without it. */
  readonly config?: string;
  /** Files by their path, below the machine's other root. */
  readonly files?: Readonly<Record<string, string>>;
  readonly answers?: Answers;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  readonly machine?: Partial<Machine>;
}

/** A context over `home`. */
export function scene(home: string, options: SceneOptions = {}): DoctorContext {
  const { config, files, answers, platform, arch, machine, service = null, ...rest } = options;
  if (config !== undefined) writeFileSync(join(home, 'pearlctl.ini'), config, { mode: 0o600 });
  const root = files === undefined ? '' : join(home, 'root');
  for (const [path, text] of Object.entries(files ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const opened = openMachine({
    root,
    ...(platform === undefined ? {} : { platform }),
    ...(arch === undefined ? {} : { arch }),
    ...(answers === undefined ? {} : { run: answering(answers) }),
  });
  const paths = resolvePaths({ scope: 'user', env: { HOME: home, PEARLCTL_HOME: home } });
  return openContext({ machine: { ...opened, ...machine }, paths, service, env: { PATH: process.env.PATH }, ...rest });
}

/** What one check finds, as the report shows it. */
export async function findingOf(look: Look, context: DoctorContext): Promise<DoctorModel['checks'][number]> {
  const check = { ...look, area: 'Machine' } as const;
  const [examined] = await examine([check], context);
  if (examined === undefined) throw new Error('nothing was examined');
  show(check.id, examined.finding.status);
  const facts = { version: '1', scope: 'user', instance: null } as const;
  const [row] = doctorModel(facts, [examined]).checks;
  if (row === undefined) throw new Error('nothing is shown');
  return row;
}

const DIGEST_KEY = '0123456789abcdef'.repeat(2);

/** Writes the sidecar and the stats of a supervisor that lives: this very process. */
export function pretendToSupervise(home: string, sidecar: object = {}, stats: object | null = {}): void {
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(join(home, 'run', 'lock'), `${process.pid} ${DIGEST_KEY}\n`);
  const child = {
    pid: process.pid,
    identity: processIdentity(process.pid),
    state: 'ready',
    restarts: 0,
    last_exit: null,
  };
  const startedAt = Math.round(Date.now() / 1000) - 100;
  const record = {
    provider: 'cpu-pearl',
    started_at: startedAt,
    wallet_address: WALLET,
    gateway_url: 'http://127.0.0.1:1',
    metrics_url: 'http://127.0.0.1:2/metrics',
    dashboard_url: null,
    gateway_pid: process.pid,
    miner_loop_pid: process.pid,
    schema: 1,
    version: VERSION,
    instance: null,
    network: 'devnet',
    state: 'running',
    state_reason: null,
    updated_at: new Date().toISOString(),
    supervisor: { pid: process.pid, identity: processIdentity(process.pid) },
    children: { gateway: child, miner: child },
    gateway_kind: 'devnet',
    shape: { preset: 'light', m: 16384, n: 12288, k: 2048, rank: 128 },
    control_socket: null,
    config_file: join(home, 'pearlctl.ini'),
    config_in_force: digestsOf(parseConfig(DEVNET, 'DEVNET'), DIGEST_KEY),
    service: null,
    ...sidecar,
  };
  writeFileSync(join(home, 'run', 'mining.json'), JSON.stringify(record));
  if (stats === null) return;
  const figures = {
    schema: STATS_SCHEMA,
    updated_at: new Date().toISOString(),
    uptime_seconds: 100,
    gateway: { state: 'ready', upstream: 'devnet', reason: null },
    job: { height: 7, age_seconds: 3, cert_version: 3 },
    health: [],
    ...stats,
  };
  writeFileSync(join(home, 'run', 'stats.json'), JSON.stringify(figures));
}
