// The linters refuse what the design forbids, shown by doing it: a rule that stopped matching would pass everything.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FILES_ON_TOP = ['cli.ts', 'index.ts'];
/** The folders of src from the lowest on: each may import from those before it. */
const ORDER = [
  'base',
  'native',
  'protocol',
  'config',
  'state',
  'gateway',
  'miner',
  'web',
  'supervisor',
  'service',
  'provider',
  'doctor',
  'cli',
];

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index).sort();
}

/** A project of these files below the configuration of ours. */
function project(t: Test, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-lint-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs a linter of ours in the project, without the loader that tap puts in front of each Node program. */
function lint(name: string, args: readonly string[], folder: string): unknown {
  const program = join(ROOT, 'node_modules', '.bin', name);
  const { stdout } = spawnSync('env', ['-u', 'NODE_OPTIONS', program, ...args], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(stdout);
}

/** `FILE:LINE` of each finding of one rule. */
function biome(folder: string, rule: string): string[] {
  const args = ['lint', '--vcs-enabled=false', `--only=${rule}`, '--max-diagnostics=none', '--reporter=rdjson', 'src'];
  const { diagnostics } = lint('biome', args, folder) as {
    diagnostics: { location: { path: string; range: { start: { line: number } } } }[];
  };
  return diagnostics.map(({ location: { path, range } }) => `${path}:${range.start.line}`).sort();
}

/** `RULE:LINE` of each finding. */
function oxlint(folder: string): string[] {
  const { diagnostics } = lint('oxlint', ['--type-aware', '--format=json', 'src'], folder) as {
    diagnostics: { code: string; labels: { span: { line: number } }[] }[];
  };
  return diagnostics.map(({ code, labels }) => `${code}:${labels[0]?.span.line}`).sort();
}

t.test('every folder of src has its place in the order', async (t) => {
  t.strictSame(readdirSync(join(ROOT, 'src')).sort(), [...ORDER, ...FILES_ON_TOP].sort());
});

t.test('no two files of src have one name, and no two types that others use', async (t) => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const types = files.flatMap((file) =>
    [
      ...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(
        /^export (?:abstract )?(?:class|interface|type) (\w+)/gm,
      ),
    ].map(([, name = '']) => name),
  );
  t.ok(files.length > 500 && types.length > 500, `${files.length} files, ${types.length} types`);
  t.strictSame(twice(files.map((file) => basename(file))), []);
  t.strictSame(twice(types), []);
});

t.test('an import that points up is refused, however it is written', async (t) => {
  const files: Record<string, string> = {};
  const refused: string[] = [];
  for (const [place, folder] of ORDER.entries()) {
    const path = `src/${folder}/deep/probe.ts`;
    const lines: string[] = [];
    const write = (line: string, isRefused: boolean) => {
      if (isRefused) refused.push(`${path}:${lines.length + 1}`);
      lines.push(line);
    };
    for (const [otherPlace, other] of ORDER.entries()) {
      const isUp = otherPlace > place;
      write(`import '../../${other}/deep/probe.ts';`, isUp);
      write(`import type { A${otherPlace} } from '../../${other}/deep/probe.ts';`, isUp);
      write(`export { B${otherPlace} } from '../../${other}/deep/probe.ts';`, isUp);
      write(`export const c${otherPlace} = () => import('../../${other}/deep/probe.ts');`, isUp);
    }
    for (const name of FILES_ON_TOP) write(`import '../../${name}';`, true);
    write(`import '../../../test/probe.ts';`, true);
    write(`import '../../../scripts/probe.ts';`, true);
    files[path] = lines.join('\n');
  }
  t.ok(refused.length > 300, `${refused.length} imports point up`);
  t.strictSame(biome(project(t, files), 'style/noRestrictedImports'), refused.sort());
});

t.test('a circle of imports is refused, also one of types, and one inside a folder', async (t) => {
  const folder = project(t, {
    'src/doctor/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'src/doctor/b.ts': "export const b = () => import('./c.ts');\n",
    'src/doctor/c.ts': "import type { A } from './a.ts';\nexport type C = A;\n",
    'src/doctor/outside.ts': "import { b } from './b.ts';\nexport const outside = b;\n",
  });
  t.strictSame(biome(folder, 'suspicious/noImportCycles'), [
    'src/doctor/a.ts:1',
    'src/doctor/b.ts:1',
    'src/doctor/c.ts:1',
  ]);
});

t.test('the ways to import that this rule does not see are refused by others', async (t) => {
  const templates = project(t, { 'src/base/probe.ts': 'export const p = () => import(`../cli/probe.ts`);\n' });
  t.strictSame(biome(templates, 'style/noUnusedTemplateLiteral'), ['src/base/probe.ts:1']);
  const hidden = project(t, {
    'src/base/probe.ts': [
      "export const p = (name: string) => import('../cli/' + name);",
      "export type T = import('../cli/probe.ts').T;",
    ].join('\n'),
  });
  t.strictSame(oxlint(hidden), ['import(no-dynamic-require):1', 'typescript(consistent-type-imports):2']);
});

t.test('a promise that nothing waits for is refused, also of a package, of Node and of a callback', async (t) => {
  const folder = project(t, {
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', types: ['node'] },
    }),
    'src/probe.ts': [
      "import { readFile } from 'node:fs/promises';",
      "import type { EventEmitter } from 'node:events';",
      'export async function floats(emitter: EventEmitter): Promise<void> {',
      "  readFile('x');",
      "  emitter.on('x', async () => { await readFile('x'); });",
      "  if (readFile('x')) return;",
      "  void readFile('x');",
      "  await readFile('x');",
      '}',
    ].join('\n'),
  });
  t.strictSame(oxlint(folder), [
    'typescript(no-floating-promises):4',
    'typescript(no-misused-promises):5',
    'typescript(no-misused-promises):6',
  ]);
});
