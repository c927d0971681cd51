// What can be said about the sources without running them: lint, format and types. Each program counts as one check.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { heading, type Tally } from './tally.ts';

interface StaticCheck {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CARGO = ['--manifest-path', 'native/Cargo.toml'];
const CHECKS: readonly StaticCheck[] = [
  { title: 'lint and format (TypeScript)', command: installed('biome'), args: ['check', '.'] },
  { title: 'lint of promises and of hidden imports', command: installed('oxlint'), args: ['--type-aware'] },
  {
    title: 'exports, files and packages that nothing uses',
    command: installed('knip'),
    args: ['--treat-config-hints-as-errors'],
  },
  { title: 'types of src', command: installed('tsc'), args: ['-p', 'tsconfig.json', '--noEmit'] },
  { title: 'types of the dashboard page', command: installed('tsc'), args: ['-p', 'src/web/page/tsconfig.json'] },
  { title: 'types of test', command: installed('tsc'), args: ['-p', 'test/tsconfig.json'] },
  { title: 'types of scripts', command: installed('tsc'), args: ['-p', 'scripts/tsconfig.json'] },
  { title: 'format (Rust)', command: 'cargo', args: ['fmt', ...CARGO, '--all', '--check'] },
  {
    title: 'lint (Rust)',
    command: 'cargo',
    args: ['clippy', ...CARGO, '--locked', '--all-targets', '--all-features', '--quiet', '--', '-D', 'warnings'],
  },
];

export function runStaticChecks(tally: Tally): void {
  for (const { title, command, args } of CHECKS) {
    heading(title);
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    tally.add(status === 0 ? { passed: 1 } : { failed: 1 });
    if (status !== 0) tally.ended(1);
  }
}

function installed(name: string): string {
  return join('node_modules', '.bin', name);
}
