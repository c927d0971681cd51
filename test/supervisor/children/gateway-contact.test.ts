import { createServer } from 'node:net';
import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import type { Child } from '../../../src/supervisor/children/child-table.ts';
import type { Children } from '../../../src/supervisor/children/children.ts';
import type { Declaration } from '../../../src/supervisor/children/declarations.ts';
import { GatewayContact } from '../../../src/supervisor/children/gateway-contact.ts';
import type { SupervisorEvent } from '../../../src/supervisor/supervisor-table.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { until } from '../../fixtures/until.ts';
import { WALLET } from '../stage.ts';

function configWith(address: string) {
  return parseConfig(`network = devnet\n[miner]\nwallet = ${WALLET}\n[gateway]\n${address}\n`, 'test');
}

/** None of what it could ask is there yet. */
function contactFor(address: string): GatewayContact {
  const absent = (): never => {
    throw new Error('asked too early');
  };
  const children = {} as Children;
  return new GatewayContact({
    config: configWith(address),
    children,
    child: absent,
    declaration: absent,
    dispatch: absent,
  });
}

t.test('a gateway that moves is looked for at its new address', async (t) => {
  const contact = contactFor('port = 8337');
  t.equal(contact.url, 'http://127.0.0.1:8337');
  contact.moveTo(configWith('port = 9000'));
  t.equal(contact.url, 'http://127.0.0.1:9000');
  contact.moveTo(configWith('socket = /run/gateway.sock'));
  t.equal(contact.url, 'unix:/run/gateway.sock');
});

t.test('one that takes any free port tells where it is; no client is sent to port 0 meanwhile', async (t) => {
  const contact = contactFor('port = 8337');
  contact.moveTo(configWith('port = 0'));
  t.equal(contact.url, 'http://127.0.0.1:8337');
});

t.test(
  'one that took a proof before it was asked serves, though its certificate keeps it from answering',
  async (t) => {
    const port = await freePort();
    let asked = 0;
    const mute = createServer((socket) => {
      asked += 1;
      socket.on('error', () => {});
    }).listen(port, '127.0.0.1');
    let busy = false;
    const told: SupervisorEvent[] = [];
    const contact = new GatewayContact({
      config: configWith(`port = ${port}`),
      children: { companion: () => ({ busy }) } as unknown as Children,
      child: () => ({ state: 'starting', everReady: false }) as Child,
      declaration: () => ({ heartbeat: false, launch: {} }) as Declaration,
      dispatch: (event) => told.push(event),
    });
    t.teardown(() => {
      contact.stop();
      mute.close();
    });
    contact.begin();
    await until('two questions', () => asked > 1);
    t.same(told, [], 'silence alone is no sign of life');
    busy = true;
    await until('a word of it', () => told.length > 0);
    t.same(told, [{ type: 'child', name: 'gateway', event: { type: 'ready' } }]);
  },
);

t.test('a gateway is taken for frozen where it takes connections and answers nothing, and only then', async (t) => {
  const port = await freePort();
  let asked = 0;
  let reply: string | null = '{"jsonrpc":"2.0","error":{"code":-32001,"message":"mining_paused"},"id":1}\n';
  const gateway = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      asked += 1;
      if (reply !== null) socket.end(reply);
    });
  }).listen(port, '127.0.0.1');
  t.teardown(() => gateway.close());
  const told: SupervisorEvent[] = [];
  const contact = new GatewayContact({
    config: configWith(`port = ${port}`),
    children: {} as Children,
    child: () => ({ generation: 1 }) as Child,
    declaration: () => ({ heartbeat: false, launch: {} }) as Declaration,
    dispatch: (event) => told.push(event),
  });
  contact.restart('its block came too late', 'silent');
  await until('its question', () => asked === 1);
  reply = null;
  contact.restart('its block came too late', 'silent');
  await until('a word of it', () => told.length > 0);
  t.same(told, [{ type: 'recycle', names: ['gateway'], reason: 'its block came too late', isFrozen: true }]);
});
