// A companion for the gateway of a configuration: who the node is, where the ledger is.

import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import type { ChildMessage } from '../../protocol/channel/messages.ts';
import { Books } from '../ledger/books.ts';
import { verdictMessage } from '../verdict-message.ts';
import { Companion } from './companion.ts';
import { gatewayMetricsPort } from './companion-environment.ts';

/** Starts a companion; `emit` gets what our own gateway would say over its channel, `restart` starts it anew. */
export function accompany(
  config: Config,
  paths: Paths,
  env: NodeJS.ProcessEnv,
  gatewayUrl: string,
  emit: (message: ChildMessage) => void,
  restart: (reason: string) => void,
): Companion {
  const port = config.gateway.kind === 'external' ? gatewayMetricsPort(config) : null;
  const books = Books.open(paths.ledgerFile, () => undefined).catch(() => null);
  void books.then((opened) => {
    for (const left of opened?.left ?? []) {
      const entry = { ...left, time: new Date().toISOString() };
      emit(verdictMessage(entry, true));
      opened?.settle(entry);
    }
  });
  return new Companion({
    config,
    gatewayUrl,
    // Without a password there is nobody to ask; an external gateway then says itself what it misses.
    access: resolveNodeAccess(config, paths, env).catch(() => null),
    metricsUrl: port === null ? null : `http://127.0.0.1:${port}/metrics`,
    emit,
    // What somebody else runs is not ours to restart.
    onRestartWanted: config.gateway.kind === 'external' ? restart : () => undefined,
    // A ledger on a full disk does not hold up mining.
    note: (entry) => void books.then((opened) => opened?.note(entry)),
    record: (entry) => void books.then((opened) => opened?.settle(entry)),
    onClose: () => void books.then((opened) => opened?.close()).catch(() => undefined),
  });
}
