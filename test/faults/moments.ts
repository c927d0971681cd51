// The moments of a life at which a row strikes, and how a stage is brought to them.
import type { ChildName } from '../../src/state/table/session-table.ts';
import type { FaultStage } from './stage.ts';

export type ProcessName = ChildName | 'supervisor';
export type Moment = 'start' | 'ready' | 'submitting' | 'stopping' | 'reloading';

export const MOMENTS: readonly Moment[] = ['start', 'ready', 'submitting', 'stopping', 'reloading'];

/** Brings the stage to the moment; `targets` are those who will be struck. */
export async function reach(stage: FaultStage, moment: Moment, targets: readonly ProcessName[]): Promise<void> {
  stage.start();
  if (moment === 'start') {
    // The gateway comes first; the miner is started when that is ready.
    const last = targets.includes('miner') ? 'miner' : 'gateway';
    await stage.until(`a ${last} that starts`, (s) => s.children[last].pid !== null);
    return;
  }
  await stage.running();
  switch (moment) {
    case 'submitting': {
      const before = stage.ledgerBytes();
      await stage.mined('the next share', () => stage.ledgerBytes() > before);
      break;
    }
    case 'stopping':
      stage.supervisor?.kill('SIGTERM');
      break;
    case 'reloading':
      await beginReload(stage);
      break;
    case 'ready':
      break;
  }
}

/** A change that needs another gateway and another miner, and the moment in which the first of them goes. */
async function beginReload(stage: FaultStage): Promise<void> {
  const old = stage.sidecar()?.children;
  stage.configure({ shape: { n: 512 } });
  stage.supervisor?.kill('SIGHUP');
  await stage.until('a child that is replaced', ({ children }) =>
    (['gateway', 'miner'] as const).some(
      (name) => children[name].state === 'recycling' || children[name].pid !== old?.[name].pid,
    ),
  );
}
