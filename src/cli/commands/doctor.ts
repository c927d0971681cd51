// `pearlctl doctor`: what is wrong with this machine, this program, the configuration, the service and the mining, and what
// to type.
import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
// Its modules are imported when it runs: the help page needs none of them.
import { nearest } from '../../base/nearest.ts';
import { VERSION } from '../../base/version.ts';
import type { Check } from '../../doctor/check.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';

/** Most runs are done before this. */
const PATIENCE_MS = 1000;

export const command = defineCommand({
  description:
    'Looks at everything that mining needs and changes nothing. ✓ fine, ! could be better, ✗ does not work, – not looked ' +
    'at, and why. Below each finding stands what to type. Exit code 1: there is a problem. Of a system service, root asks ' +
    'as the service’s account what depends on the account.',
  examples: [
    ['pearlctl doctor', 'Every check'],
    ['pearlctl doctor gateway pools', 'Only these'],
    ['pearlctl doctor --list', 'What there is to check'],
    ['sudo pearlctl doctor', 'Of the machine’s service, also what only root may see'],
  ],
  positionals: {
    check: { type: 'string', array: true, describe: 'Only these checks, by their ids', suggest: checkIds },
  },
  options: {
    list: { type: 'boolean', describe: 'List the checks instead of running them' },
  },
  async run(args, context) {
    const chosen = await choose(args.check ?? []);
    const { doctorModel, renderDoctor, renderList } = await import('../../doctor/doctor-report.ts');
    if (args.list) {
      const checks = chosen.map(({ id, area, question }) => ({ id, area, question }));
      context.print(renderList(chosen), { schemaVersion: 1, checks });
      return EXIT.ok;
    }
    const [{ openContext }, { examine }, { openMachine }, { installedService }] = await Promise.all([
      import('../../doctor/doctor-context.ts'),
      import('../../doctor/examine-all.ts'),
      import('../../doctor/machine.ts'),
      import('../service-verb.ts'),
    ]);
    const service = installedService(context);
    const paths = service?.paths ?? context.paths;
    const progress = startProgress(context);
    const doctor = openContext({ machine: openMachine(), paths, service });
    const examined = await examine(chosen, doctor, { onProgress: progress.tell }).finally(progress.end);
    const facts = { version: VERSION, scope: paths.scope, instance: paths.instance };
    const model = doctorModel(facts, examined, context.advice);
    context.print(renderDoctor(model, context.terminal), model);
    return model.counts.problem > 0 ? EXIT.no : EXIT.ok;
  },
});

async function allChecks(): Promise<readonly Check[]> {
  return (await import('../../doctor/all-checks.ts')).CHECKS;
}

async function checkIds(): Promise<string[]> {
  return (await allChecks()).map(({ id }) => id);
}

/** The checks with these ids; all without any. Throws USAGE. */
async function choose(ids: readonly string[]): Promise<readonly Check[]> {
  const known = await checkIds();
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    throw new PearlError('USAGE', `There is no check "${unknown.slice(0, 40)}".`, {
      hint:
        meant === undefined
          ? fix`All checks: ${pearlctl('doctor', '--list')}`
          : fix`Did you mean: ${pearlctl('doctor', meant)}`,
    });
  }
  const checks = await allChecks();
  return ids.length === 0 ? checks : checks.filter(({ id }) => ids.includes(id));
}

/** One line on a terminal that says what is still at work, once that takes longer than a second. */
function startProgress(context: Context): { tell(pending: readonly { id: string }[]): void; end(): void } {
  if (context.json || !context.terminal.live || !process.stderr.isTTY) return { tell: () => {}, end: () => {} };
  let waiting: readonly { id: string }[] = [];
  let shown = false;
  const clear = () => (shown ? process.stderr.write('\r\u001b[K') : false);
  const timer = setInterval(() => {
    clear();
    const names = waiting.map(({ id }) => id).join(', ');
    process.stderr.write(`… ${names}`.slice(0, Math.max(10, context.terminal.width - 1)));
    shown = true;
  }, PATIENCE_MS);
  return {
    tell: (pending) => {
      waiting = pending;
    },
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
