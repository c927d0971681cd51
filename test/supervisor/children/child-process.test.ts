// What a child said before it ended is heard, however far behind its supervisor is.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { ChildProcess } from '../../../src/supervisor/children/child-process.ts';

const PARENT_LINK = pathToFileURL(join(import.meta.dirname, '../../../src/protocol/channel/parent.ts')).href;
const COUNT = 1500;

/** Long enough that they do not all fit into the channel at once. */
const PROOF = 'f'.repeat(300);

/** How many messages of a child arrive before its end, by a supervisor that does `work` for each. */
function heardOf(t: Test, work: (count: number) => void): Promise<number> {
  const script = `
    import { ParentLink } from ${JSON.stringify(PARENT_LINK)};
    const parent = new ParentLink(new AbortController().signal, { setParentDeathSignal() {} });
    for (let n = 0; n < ${COUNT}; n += 1) parent.tell({ type: 'found', proof: '${PROOF}' });
    await parent.release();`;
  let heard = 0;
  return new Promise((resolve) => {
    const child = new ChildProcess(
      {
        command: process.execPath,
        args: ['--import=tsx', '--input-type=module', '-e', script],
        env: { PATH: process.env.PATH ?? '' },
      },
      {
        onMessage() {
          heard += 1;
          work(heard);
        },
        onLine: (line) => t.comment(line),
        // tsx's own helper may end after it.
        onLeft: () => {},
        onExit: () => resolve(heard),
      },
    );
    t.teardown(() => child.signal('SIGKILL'));
  });
}

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

t.test('a supervisor that looks away while the channel is full hears what waited for room', async (t) => {
  t.equal(await heardOf(t, (count) => count === 1 && busy(300)), COUNT);
});
