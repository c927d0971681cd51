#!/usr/bin/env node
// Entry point. What is typed often, or run by scripts every few seconds, is answered by a part of the program that starts in about
// the time of Node itself; anything else goes to the whole command line (`main.ts`). `scripts/bundle.ts` ships this as CommonJS,
// since Node's loader of ES modules costs more than all the work: so nothing here waits at the top level.

/** By the first word. Each becomes one file. */
const QUICK = {
  '--version': () => import('./cli/quick/quick-version.ts'),
  '-V': () => import('./cli/quick/quick-version.ts'),
  status: () => import('./cli/quick/quick-status.ts'),
  pause: () => import('./cli/quick/quick-pause.ts'),
  resume: () => import('./cli/quick/quick-resume.ts'),
};

async function start(argv: readonly string[]): Promise<void> {
  const [word = ''] = argv;
  const part = Object.hasOwn(QUICK, word) ? await QUICK[word as keyof typeof QUICK]() : null;
  if ((await part?.start(argv)) !== true) await import('./cli/main.ts');
}

void start(process.argv.slice(2));
