// A TCP relay between the supervisor's processes and a gateway, through which answers can be spoilt or connections cut.
import { connect, type Socket } from 'node:net';
import { listen } from './peers.ts';
import type { FaultStage } from './stage.ts';

/** What becomes of the bytes of an answer. */
export type Treatment = (client: Socket, bytes: Buffer) => void;

export const PASS: Treatment = (client, bytes) => void client.write(bytes);

export interface Relay {
  port: number;
  treat: Treatment;
  /** How many came in. */
  connections: number;
}

/** A relay on a port of its own to this port of this machine. */
export async function relayTo(stage: FaultStage, target: number): Promise<Relay> {
  const relay: Relay = { port: 0, treat: PASS, connections: 0 };
  const { port } = await listen(stage, (client) => {
    relay.connections += 1;
    const gateway = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    client.on('data', (bytes) => gateway.write(bytes));
    gateway.on('data', (bytes) => relay.treat(client, bytes));
  });
  relay.port = port;
  return relay;
}
