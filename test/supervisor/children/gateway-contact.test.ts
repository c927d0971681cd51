import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import type { Children } from '../../../src/supervisor/children/children.ts';
import { GatewayContact } from '../../../src/supervisor/children/gateway-contact.ts';
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
