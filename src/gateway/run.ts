// The built-in gateway process: the JSON-RPC server in front of an upstream, the ledger of what became of each proof, and
// the heartbeat to the supervisor.
import { expectedMacs } from '../calibration/expectation.ts';
import type { Config } from '../config/config.ts';
import type { Paths } from '../config/paths.ts';
import { EXIT, errnoOf, PearlError } from '../errors.ts';
import { type Endpoint, renderEndpoint } from '../jsonrpc/endpoint.ts';
import { type RpcServer, startServer } from '../jsonrpc/server.ts';
import { LedgerBacklog } from '../ledger/backlog.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { LedgerWriter } from '../ledger/writer.ts';
import { native } from '../native.ts';
import { HEARTBEAT_MS } from '../supervisor/channel.ts';
import { boundedText, ParentLink } from '../supervisor/parent.ts';
import { runExternalGateway } from './external/run.ts';
import { GatewayService } from './service.ts';
import type { Job, Upstream } from './upstream.ts';
import { createUpstream } from './upstreams.ts';

/**
 * Serves until `signal` is aborted or the supervisor is gone; then settles what was handed in and resolves.
 *
 * Resolves to the exit code: an external gateway's own, where it does not take this process over.
 *
 * Throws `PORT_IN_USE`, `NO_PERMISSION`, `ALREADY_RUNNING`, `HOME_UNWRITABLE` and what the upstream throws; a supervisor
 * has been told by then.
 */
export async function runGateway(config: Config, paths: Paths, signal: AbortSignal): Promise<number> {
  const parent = new ParentLink(signal, native());
  try {
    if (config.gateway.kind === 'external') {
      const options = { parent: process.ppid, signal: parent.signal };
      return await runExternalGateway(config, paths, options);
    }
    await serve(config, paths, parent);
    return EXIT.ok;
  } catch (error) {
    await parent.tellFailure(error);
    throw error;
  } finally {
    parent.release();
  }
}

async function serve(config: Config, paths: Paths, parent: ParentLink): Promise<void> {
  const opened: (() => Promise<void>)[] = [];
  try {
    const ledger = await ownFiles(paths, () => LedgerWriter.open(paths.ledgerFile));
    opened.push(() => ledger.close());
    const backlog = new LedgerBacklog({
      append: (entry) => ledger.append(entry),
      onTrouble: (error) =>
        say('warn', `the ledger cannot be written (${errnoOf(error) ?? String(error)}): shares wait for it in memory`),
      onLost: (entries) => say('warn', `${entries} shares are missing in the ledger, which could not be written`),
    });
    opened.push(() => backlog.close());
    const upstream = await ownFiles(paths, () => createUpstream(config, paths, say));
    opened.push(() => upstream.close());
    const service = new GatewayService({
      upstream,
      core: native(),
      onVerdict: (entry) => account(entry, backlog, parent),
    });
    // What waits for a verdict settles while the upstream closes, and is in the ledger before that does.
    opened.splice(2, 0, () => service.settled());
    void service.follow();
    const server = await startServer(endpointOf(config), service.handle);
    opened.push(() => server.close());
    await beatUntil(parent, () => heartbeat(server, upstream, service.job));
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

/** Beats now and each second until the parent's signal. */
function beatUntil(parent: ParentLink, beat: () => Parameters<ParentLink['tell']>[0]): Promise<void> {
  return new Promise((resolve) => {
    const tell = () => parent.tell(beat());
    const timer = setInterval(tell, HEARTBEAT_MS);
    const stop = () => {
      clearInterval(timer);
      resolve();
    };
    tell();
    if (parent.signal.aborted) stop();
    else parent.signal.addEventListener('abort', stop, { once: true });
  });
}

function heartbeat(server: RpcServer, upstream: Upstream, job: Job | null): Parameters<ParentLink['tell']>[0] {
  const { phase, url, reason } = upstream.state();
  return {
    type: 'gateway',
    ready: true,
    url: renderEndpoint(server.endpoint),
    upstream: { phase, url, reason: reason === null ? null : boundedText(reason) },
    job: job === null ? null : jobFacts(job),
    connections: server.connections,
  };
}

function jobFacts({ height, certVersion, receivedAt }: Job) {
  return { height, certVersion, ageSeconds: (performance.now() - receivedAt) / 1000 };
}

/** The verdict goes to the ledger and to the supervisor; a ledger on a full disk does not hold up mining. */
function account(entry: LedgerEntry, backlog: LedgerBacklog, parent: ParentLink): void {
  const { result, reason, block, height, latencyMs, target, shape } = entry;
  const cause = reason === null ? null : boundedText(reason);
  const work = expectedMacs(target, shape).toString();
  parent.tell({ type: 'verdict', result, reason: cause, block, height, latencyMs, work });
  backlog.add(entry);
}

function endpointOf({ gateway }: Config): Endpoint {
  return gateway.socket === null
    ? { kind: 'tcp', host: gateway.host, port: gateway.port }
    : { kind: 'unix', path: gateway.socket };
}

/** Turns the system's refusals over our own files into errors that say what to do. */
async function ownFiles<T>(paths: Paths, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOSPC' || errno === 'EDQUOT') {
      throw new PearlError('DISK_FULL', `the disk of ${paths.stateFolder} is full`, { cause: error });
    }
    if (errno === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST'].includes(errno))
      throw error;
    throw new PearlError('HOME_UNWRITABLE', `${paths.stateFolder} cannot be written (${errno})`, {
      hint: 'Give it to the user that mines, or choose another folder with PEARLCTL_HOME.',
      cause: error,
    });
  }
}

/** The supervisor turns these lines into its log; started by hand, a person reads them. */
function say(level: 'info' | 'warn', message: string): void {
  process.stderr.write(level === 'info' ? `${message}\n` : `${level}: ${message}\n`);
}
