// What can be said about the sources without running them: lint, format and types. Each program counts as one check.
import { join } from 'node:path';
import { execa } from 'execa';
import { colours, heading, type Tally } from './tally.ts';

interface StaticCheck {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CARGO = ['--manifest-path', 'native/Cargo.toml'];
const TYPESCRIPT: readonly StaticCheck[] = [
  { title: 'lint and format (TypeScript)', command: installed('biome'), args: ['check', '.'] },
  { title: 'lint of promises and of hidden imports', command: installed('oxlint'), args: ['--type-aware'] },
  {
    title: 'exports, files and packages that nothing uses',
    command: installed('knip'),
    args: ['--treat-config-hints-as-errors'],
  },
  { title: 'types of src', command: installed('tsc'), args: ['-p', 'tsconfig.json', '--noEmit'] },
  { title: 'types of the dashboard page', command: installed('tsc'), args: ['-p', 'src/web/page/tsconfig.json'] },
  // In one program, since scripts play much of the tests.
  { title: 'types of test and scripts', command: installed('tsc'), args: ['-p', 'scripts/tsconfig.json'] },
];
const RUST: readonly StaticCheck[] = [
  { title: 'format (Rust)', command: 'cargo', args: ['fmt', ...CARGO, '--all', '--check'] },
  {
    title: 'lint (Rust)',
    command: 'cargo',
    args: ['clippy', ...CARGO, '--locked', '--all-targets', '--all-features', '--quiet', '--', '-D', 'warnings'],
  },
];

export async function checkTypeScript(tally: Tally): Promise<void> {
  for (const check of TYPESCRIPT) await run(tally, check);
}

export async function checkRust(tally: Tally): Promise<void> {
  for (const check of RUST) await run(tally, check);
}

async function run(tally: Tally, { title, command, args }: StaticCheck): Promise<void> {
  const { failed, all } = await execa(command, args, { stdin: 'ignore', all: true, reject: false, env: colours() });
  heading(title);
  if (all) process.stdout.write(`${all}\n`);
  tally.add(failed ? { failed: 1 } : { passed: 1 });
  if (failed) tally.ended(1);
}

function installed(name: string): string {
  return join('node_modules', '.bin', name);
}
