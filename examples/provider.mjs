// Mining from a program: register, detect, start, look, stop. Run it after `npm install` with: node examples/provider.mjs
// It mines on the devnet, whose coins are worth nothing; give your own wallet and leave `network` out for the real thing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeHardware, ensureRegistered, MinerRegistry, PearlError } from 'pearlctl';

const home = process.env.EXAMPLE_HOME ?? mkdtempSync(join(tmpdir(), 'pearlctl-example-'));

ensureRegistered();
const Provider = MinerRegistry.get('cpu-pearl');
const provider = new Provider({ home });

const { supported, reason } = provider.detect(describeHardware(), 'none', 'none');
if (!supported) {
  console.error(`This machine cannot mine: ${reason}`);
  process.exit(1);
}

try {
  await provider.start({
    provider: 'cpu-pearl',
    walletAddress: 'rprl1p0pu8s7rc0pu8s7rc0pu8s7rc0pu8s7rc0pu8s7rc0pu8s7rc0puq9phzek',
    network: 'devnet',
    threads: 1,
    // Any free ports, so that the example disturbs no other program.
    extra: { gateway_port: 0, metrics_port: 0 },
  });
  console.log(`started: ${provider.isRunning()}`);
  for (let { blocksFound, hashrate } = provider.stats(); blocksFound === 0 || hashrate === 0; ) {
    await sleep(200);
    ({ blocksFound, hashrate } = provider.stats());
  }
  const { blocksFound, hashrate, payoutTarget } = provider.stats();
  console.log(`blocks: ${blocksFound > 0}, rate: ${hashrate > 0}, paid: ${payoutTarget}`);
} catch (error) {
  if (!(error instanceof PearlError)) throw error;
  console.error(`${error.code}: ${error.message} ${error.hint ?? ''}`);
  process.exitCode = error.exitCode;
} finally {
  await provider.stop();
  console.log(`stopped: ${!provider.isRunning()}`);
  if (process.env.EXAMPLE_HOME === undefined) rmSync(home, { recursive: true });
}
