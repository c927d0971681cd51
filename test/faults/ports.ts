// Rows about ports that another program has.

import { lasting } from '../fixtures/until.ts';
import { replaced } from './outcome.ts';
import { close, listen, steal } from './peers.ts';
import type { Row } from './row.ts';
import { kill } from './stage.ts';

const TAKEN: Row[] = (['port', 'metrics_port'] as const).map((key) => ({
  fault: `[gateway] ${key} taken by another program`,
  moment: 'start',
  expected: 'exit 75',
  quick: key === 'port',
  play: async (stage) => {
    const { port } = await listen(stage, () => undefined);
    stage.configure({ gateway: { [key]: port } });
    stage.start();
    return { state: await stage.exit(), recoveryMs: null };
  },
}));

const TAKEN_LATER: Row = {
  fault: 'gateway: SIGKILL, and another program takes its port for 3 s',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    const probe = await listen(stage, () => undefined);
    await close(probe.server);
    stage.configure({ gateway: { port: probe.port } });
    stage.start();
    await stage.running();
    const pid = stage.pidOf('gateway');
    kill(pid, 'SIGKILL');
    const thief = await steal(stage, probe.port);
    await lasting(3000);
    await close(thief);
    const struckMs = performance.now();
    return replaced(stage, 'gateway', pid, struckMs);
  },
};

export const PORT_ROWS: readonly Row[] = [...TAKEN, TAKEN_LATER];
