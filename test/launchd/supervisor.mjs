// Plays the supervisor's part for launchd: says in the sidecar that it is alive, ready and has work, and leaves when told.
// The real one needs seconds to start; what is tested here is launchd's side of the life.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const run = join(process.env.PEARLCTL_HOME, 'run');
mkdirSync(run, { recursive: true });
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const stat = readFileSync('/proc/self/stat', 'utf8');
// Field 22, counted behind the name, which may hold anything.
const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
const me = { pid: process.pid, identity: `${bootId}:${startTime}` };
const child = { pid: null, identity: null, state: 'ready', restarts: 0, last_exit: null };
const now = new Date().toISOString();
const sidecar = {
  provider: 'cpu-pearl',
  started_at: Date.now() / 1000,
  wallet_address: 'nobody',
  gateway_url: 'http://127.0.0.1:1',
  metrics_url: 'http://127.0.0.1:1/metrics',
  gateway_pid: null,
  miner_loop_pid: null,
  schema: 1,
  version: '0.0.0',
  instance: null,
  network: 'devnet',
  state: 'running',
  state_reason: null,
  updated_at: now,
  supervisor: me,
  children: { gateway: child, miner: child },
  gateway_kind: 'devnet',
  shape: null,
  control_socket: null,
  config_file: null,
  service: null,
};
const stats = { schema: 1, updated_at: now, uptime_seconds: 1, job: { height: 1, age_seconds: 0, cert_version: 3 } };
writeFileSync(join(run, 'stats.json'), JSON.stringify(stats));
writeFileSync(join(run, 'mining.json'), JSON.stringify(sidecar));
process.on('SIGTERM', () => {
  rmSync(join(run, 'mining.json'), { force: true });
  process.exit(0);
});
setInterval(() => {}, 60_000);
