// A companion for the gateway of a configuration: which node, and where the ledger is.
import type { Config } from '../../config/configuration.ts';
import { machineShape } from '../../config/machine-shape.ts';
import type { Paths } from '../../config/paths.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { native } from '../../native/native.ts';
import type { ChildMessage } from '../../protocol/channel/messages.ts';
import { belongsTo, ownerOf } from '../../state/ledger/ledger-owner.ts';
import { Books } from '../ledger/books.ts';
import { undecidedProofs } from '../ledger/undecided.ts';
import { verdictMessage } from '../verdict-message.ts';
import { Companion, type CompanionOptions } from './companion.ts';
import { gatewayMetricsPort } from './companion-environment.ts';

export interface AccompanyOptions {
  readonly config: Config;
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly gatewayUrl: string;
  /** Gets what our own gateway would say over its channel. */
  readonly emit: (message: ChildMessage) => void;
  readonly nodeLog: CompanionOptions['nodeLog'];
  /** Starts the gateway again. */
  readonly restart: CompanionOptions['onRestartWanted'];
  /** Settles when an earlier companion has closed its ledger: two may not write the same one. */
  readonly after: Promise<void>;
}

/** Starts a companion, which opens the ledger as soon as it may. */
export function accompany(options: AccompanyOptions): Companion {
  const { config, paths, env, gatewayUrl, emit, nodeLog, restart, after } = options;
  const port = config.gateway.kind === 'external' ? gatewayMetricsPort(config) : null;
  const books = after.then(() => Books.open({ ledgerFile: paths.ledgerFile, warn: () => undefined })).catch(() => null);
  const owner = ownerOf(config);
  // Without a password there is no node to ask; an external gateway then says itself what it misses.
  const access = resolveNodeAccess(config, paths, env).catch(() => null);
  const companion = new Companion({
    config: { ...config, shape: machineShape(config.shape, native()) },
    owner,
    gatewayUrl,
    access,
    metricsUrl: port === null ? null : `http://127.0.0.1:${port}/metrics`,
    emit,
    nodeLog,
    // A gateway that was started elsewhere is not ours to restart.
    onRestartWanted: config.gateway.kind === 'external' ? restart : () => undefined,
    // A ledger on a full disk does not hold up mining.
    note: (entry) => void books.then((opened) => opened?.note(entry)),
    record: (entry) => void books.then((opened) => opened?.settle(entry)),
    isSettled: (entry) => books.then((opened) => opened?.has(entry) ?? false).catch(() => false),
    onClose: () => books.then((opened) => opened?.close()).catch(() => undefined),
  });
  const undecided = Promise.all([books, access]).then(async ([opened, node]) =>
    opened === null || node === null ? [] : undecidedProofs(paths.ledgerFile, Date.now()),
  );
  void undecided.then(
    (entries) => {
      for (const entry of entries) if (entry.awaited !== undefined) companion.lookAgain(entry.awaited, entry);
    },
    () => undefined,
  );
  void books.then((opened) => {
    for (const { awaited, ...left } of opened?.left ?? []) {
      if (awaited !== undefined) {
        companion.resume(awaited, left);
        continue;
      }
      const entry = { ...left, time: new Date().toISOString() };
      emit(verdictMessage(entry, { recalled: true, foreign: !belongsTo(owner, entry) }));
      opened?.settle(entry);
    }
  });
  return companion;
}
