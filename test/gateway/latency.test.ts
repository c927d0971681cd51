import { availableParallelism, loadavg } from 'node:os';
import t from 'tap';
import { GatewayService } from '../../src/gateway/gateway-service.ts';
import { native } from '../../src/native/native.ts';
import { RpcClient } from '../../src/protocol/jsonrpc/rpc-client.ts';
import { startServer } from '../../src/protocol/jsonrpc/rpc-server.ts';
import { jobOf, ScriptedUpstream } from '../fixtures/gateway/scripted-upstream.ts';
import { lasting } from '../fixtures/until.ts';

const CLIENTS = 256;
const ROUNDS = 4;
/** A neighbour's burst spoils one measurement; a slow server spoils them all. */
const TRIES = 3;
/** The figure to meet is 5 ms on a machine of its own; a busy test machine gets five times that. */
const P99_MS = 25;

const [load = 0] = loadavg();
const busy = load > 3 * availableParallelism() && `the machine is busy with other things (load ${load.toFixed(1)})`;

t.test('256 clients that ask once a second are answered in milliseconds', { skip: busy }, async (t) => {
  const upstream = new ScriptedUpstream();
  const service = new GatewayService({ upstream, core: native(), onVerdict: () => {} });
  void service.follow();
  upstream.offer(jobOf(1));
  const server = await startServer({ kind: 'tcp', host: '127.0.0.1', port: 0 }, service.handle);
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => RpcClient.connect(server.endpoint, 10_000)));
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && best >= P99_MS; tries += 1) {
    const took = await askAround(clients);
    t.equal(took.length, CLIENTS * ROUNDS);
    const p99 = took[Math.floor(took.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    t.comment(`p50 ${took[took.length >> 1]?.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
    best = Math.min(best, p99);
  }
  t.equal(server.connections, CLIENTS);
  for (const client of clients) client.close();
  await server.close();
  t.ok(best < P99_MS, `p99 is ${best.toFixed(2)} ms`);
});

/** Milliseconds of each answer, ascending. */
async function askAround(clients: readonly RpcClient[]): Promise<number[]> {
  const took: number[] = [];
  await Promise.all(
    clients.map(async (client, index) => {
      // Spread over the second, as clients that started at different moments are.
      await lasting((index * 1000) / CLIENTS);
      for (let round = 0; round < ROUNDS; round += 1) {
        const since = performance.now();
        const outcome = await client.call('getMiningInfo', {}, 10_000);
        took.push(performance.now() - since);
        if (!outcome.ok) throw new Error('no job');
        // A miner asks once a second: the pace is what is measured.
        await lasting(1000 - (performance.now() - since));
      }
    }),
  );
  return took.sort((x, y) => x - y);
}
