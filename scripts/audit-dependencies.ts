// `npm run audit:dependencies`: asks the registries' lists of known weaknesses about what the locks name, and checks the
// rules of native/deny.toml. A check that cannot be made here (no network, a tool that is not installed) is skipped with its
// reason; with CI set it fails instead, so that a green run has really asked.
import { spawnSync } from 'node:child_process';

const mustAsk = process.env.CI !== undefined && process.env.CI !== '';
let failed = 0;

function report(mark: string, title: string, text: string): void {
  process.stdout.write(`${mark} ${title}: ${text}\n`);
}

function skip(title: string, reason: string): void {
  report(mustAsk ? '✗' : '–', title, `${mustAsk ? '' : 'skipped: '}${reason}`);
  if (mustAsk) failed += 1;
}

function run(command: string, args: readonly string[]) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** What `npm audit --json` answers, as far as it is read. */
interface AuditAnswer {
  metadata?: { vulnerabilities?: { total: number }; dependencies: { total: number } };
  vulnerabilities?: Record<string, unknown>;
  message?: string;
  error?: { summary?: string };
}

/** Those that are packed into pearlctl, and those that build and test it. */
function askNpm(title: string): void {
  const { stdout } = run('npm', ['audit', '--json']);
  let answer: AuditAnswer = {};
  try {
    answer = JSON.parse(stdout);
  } catch {
    // What is no answer is told below.
  }
  const counts = answer.metadata?.vulnerabilities;
  if (answer.metadata === undefined || counts === undefined) {
    skip(
      title,
      `the registry does not answer (${String(answer.message ?? answer.error?.summary ?? 'no JSON').slice(0, 200)})`,
    );
    return;
  }
  report(
    counts.total === 0 ? '✓' : '✗',
    title,
    `${counts.total} known weaknesses in ${answer.metadata.dependencies.total} packages`,
  );
  if (counts.total > 0) {
    failed += 1;
    process.stdout.write(`  ${Object.keys(answer.vulnerabilities ?? {}).join(', ')}\n`);
  }
}

function askCargoDeny(title: string, checks: readonly string[], isUnreachable: RegExp): void {
  const { status, stderr } = run('cargo', [
    'deny',
    '--manifest-path',
    'native/Cargo.toml',
    '--locked',
    '--config',
    'native/deny.toml',
    'check',
    ...checks,
  ]);
  if (status === 0) {
    report('✓', title, 'nothing found');
  } else if (isUnreachable.test(stderr)) {
    skip(title, 'the list of known weaknesses cannot be fetched');
  } else {
    report('✗', title, `cargo deny ended with ${status}`);
    process.stdout.write(stderr);
    failed += 1;
  }
}

askNpm('npm packages');
if (run('cargo', ['deny', '--version']).status === 0) {
  askCargoDeny('crates: licences, duplicates, sources', ['licenses', 'bans', 'sources'], /^$/);
  askCargoDeny(
    'crates: known weaknesses',
    ['advisories'],
    /failed to (fetch|load|acquire).*advisory|failed to clone/is,
  );
} else {
  skip('crates', 'cargo-deny is not installed; type: cargo install cargo-deny --locked');
}
process.exit(failed === 0 ? 0 : 1);
