// Rows about what a process needs besides memory: descriptors, and somewhere to put its words.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { lasting, until } from '../fixtures/until.ts';
import { limit } from './limit.ts';
import { replaced, replacedAfter } from './outcome.ts';
import type { Row } from './row.ts';
import { kill } from './stage.ts';

const FEW_DESCRIPTORS: Row = {
  fault: 'only 128 descriptors for each process',
  moment: 'start',
  expected: 'running',
  needs: ['linux'],
  play: async (stage) => {
    stage.start({ wrapper: ['prlimit', '--nofile=128:128', '--'] });
    await stage.running();
    return { state: 'running', recoveryMs: null };
  },
};

const NO_DESCRIPTORS: Row = {
  fault: 'supervisor without a free descriptor, and the miner killed; limit lifted after 3 s',
  moment: 'ready',
  expected: 'running',
  needs: ['linux'],
  quick: true,
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pid = stage.pidOf('miner');
    limit(stage.supervisorPid, 'nofile', '10:4096');
    kill(pid, 'SIGKILL');
    await lasting(3000);
    limit(stage.supervisorPid, 'nofile', '4096:4096');
    return replaced(stage, 'miner', pid, performance.now());
  },
};

/** Fixture children, since the real ones never say as much. */
const FLOOD: Row = {
  fault: 'miner: writes 100 MB to its log',
  moment: 'start',
  expected: 'running, log below 1 MB',
  leaves: /^behaviour\.json$/,
  play: async (stage) => {
    writeFileSync(stage.path('behaviour.json'), JSON.stringify({ miner: { flood: 7_500_000 } }));
    stage.start({ program: [process.execPath, resolve('test/fixtures/supervise.mjs')] });
    await stage.running();
    await until('the flood to be told', () => /lines of a flood were dropped/.test(stage.log()));
    const bytes = readdirSync(stage.path('logs')).reduce(
      (sum, name) => sum + statSync(stage.path('logs', name)).size,
      0,
    );
    return {
      state: bytes < 1_000_000 ? 'running, log below 1 MB' : `running, log of ${bytes} bytes`,
      recoveryMs: null,
    };
  },
};

const READER_GONE: Row = {
  fault: 'the reader of the output of the supervisor is gone',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    stage.start();
    await stage.running();
    stage.supervisor?.stderr?.destroy();
    // This makes it write a warning there.
    return replacedAfter(stage, 'miner', 'SIGKILL');
  },
};

export const RESOURCE_ROWS: readonly Row[] = [FEW_DESCRIPTORS, NO_DESCRIPTORS, FLOOD, READER_GONE];
