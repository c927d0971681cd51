// The built-in gateway process: the JSON-RPC server in front of an upstream, the ledger of what became of each proof, and
// the heartbeat to the supervisor.
import { once } from 'node:events';
import { AbsenceMeter } from '../base/absence.ts';
import { EXIT, errnoOf, PearlError } from '../base/errors.ts';
import { mapFix } from '../base/fix.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { native } from '../native/native.ts';
import { type ChildMessage, HEARTBEAT_MS, MAX_POOLS, type PoolStanding } from '../protocol/channel/messages.ts';
import { boundedText, ParentLink, say } from '../protocol/channel/parent.ts';
import { endpointOf, renderEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import { type RpcServer, startServer } from '../protocol/jsonrpc/rpc-server.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';
import { belongsTo, ownerOf } from '../state/ledger/ledger-owner.ts';
import { runExternalGateway } from './external/external-process.ts';
import { GatewayService } from './gateway-service.ts';
import { Books } from './ledger/books.ts';
import { createUpstream } from './open-upstream.ts';
import type { Job, Upstream } from './upstream.ts';
import { verdictMessage } from './verdict-message.ts';
import { wakeAfter } from './wake-upstream.ts';

/**
 * Serves until `signal` is aborted or the supervisor is gone; then settles what was handed in and resolves.
 *
 * Resolves to the exit code: an external gateway's own, where it does not take this process over, or that of a failure that a
 * supervisor has been told.
 *
 * Throws `PORT_IN_USE`, `NO_PERMISSION`, `ALREADY_RUNNING`, `HOME_UNWRITABLE` and what the upstream throws, without a supervisor.
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
    return await parent.failWith(error);
  } finally {
    await parent.release();
  }
}

async function serve(config: Config, paths: Paths, parent: ParentLink): Promise<void> {
  const opened: (() => Promise<void>)[] = [];
  try {
    const owner = ownerOf(config);
    const books = await ownFiles(paths, () =>
      Books.open({
        ledgerFile: paths.ledgerFile,
        warn: (message) => say('warn', message),
        onWritten: (entry, recalled) =>
          parent.tell(verdictMessage(entry, { recalled, foreign: !belongsTo(owner, entry) })),
      }),
    );
    opened.push(() => books.close());
    const upstream = await ownFiles(paths, () => createUpstream(config, paths, say));
    opened.push(() => upstream.close());
    for (const entry of books.left) books.settle(await recall(entry, upstream), { recalled: true });
    const service = new GatewayService({
      upstream,
      core: native(),
      owner,
      onAnswer: (entry) => books.note(entry),
      onVerdict: (entry) => books.settle(entry),
      isSettled: (entry) => books.has(entry),
      known: books.left,
    });
    // What waits for a verdict settles while the upstream closes, and is in the ledger before that does.
    opened.splice(1, 0, () => service.settled());
    void service.follow();
    const server = await startServer(endpointOf(config.gateway), service.handle);
    opened.push(() => server.close());
    const absence = new AbsenceMeter();
    await beatUntil(parent, () => {
      if (wakeAfter(absence.take(HEARTBEAT_MS), upstream)) say('info', 'this process slept: connecting again');
      return heartbeat(server, upstream, service.job);
    });
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

/** Beats now and each second until the parent's signal. */
async function beatUntil(parent: ParentLink, beat: () => ChildMessage): Promise<void> {
  parent.tell(beat());
  const timer = setInterval(() => parent.tell(beat()), HEARTBEAT_MS);
  if (!parent.signal.aborted) await once(parent.signal, 'abort');
  clearInterval(timer);
}

function heartbeat(server: RpcServer, upstream: Upstream, job: Job | null): ChildMessage {
  const { phase, url, reason, fix, troubles = [], pools } = upstream.state();
  return {
    type: 'gateway',
    ready: true,
    url: renderEndpoint(server.endpoint),
    upstream: {
      phase,
      url,
      reason: reason === null ? null : boundedText(reason),
      ...(fix === undefined ? {} : { fix: mapFix(fix, boundedText) }),
      troubles: troubles.slice(0, 32).map((trouble) => ({ ...trouble, text: boundedText(trouble.text) })),
      ...(pools === undefined ? {} : { pools: pools.slice(0, MAX_POOLS).map(boundedPool) }),
    },
    job: job === null ? null : jobFacts(job),
    connections: server.connections,
  };
}

function boundedPool({ name, reason, ...pool }: PoolStanding): PoolStanding {
  return { ...pool, name: boundedText(name), reason: reason === null ? null : boundedText(reason) };
}

function jobFacts({ height, certVersion, receivedAt }: Job) {
  return { height, certVersion, ageSeconds: (performance.now() - receivedAt) / 1000 };
}

/** What became of a proof that an earlier gateway answered and did not live to settle, as far as the upstream knows. */
async function recall(entry: LedgerEntry, upstream: Upstream): Promise<LedgerEntry> {
  const known = await upstream.recall?.(entry);
  return { ...entry, ...known, time: new Date().toISOString() };
}

/** Turns the system's refusals over our own files into errors that say what to do. */
async function ownFiles<T>(paths: Paths, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOSPC' || errno === 'EDQUOT') {
      throw new PearlError('DISK_FULL', `The disk of ${paths.stateFolder} is full.`, { cause: error });
    }
    if (errno === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST'].includes(errno))
      throw error;
    throw new PearlError('HOME_UNWRITABLE', `${paths.stateFolder} cannot be written (${errno}).`, {
      hint: 'Give it to the user that mines, or choose another folder with PEARLCTL_HOME.',
      cause: error,
    });
  }
}
