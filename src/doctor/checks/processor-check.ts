// Which kernels does this processor run, and do they compute rightly? Asked of another process, since a processor that does
// not do what it claims ends the one that tries.
import * as v from 'valibot';
import { fix, pearlctl } from '../../base/fix.ts';
import { parseJson } from '../../base/json-fields.ts';
import type { Look } from '../check.ts';
import { ok, problem, warning } from '../finding.ts';
import { NODE_LIMIT_MS } from '../machine.ts';

const answer = v.object({
  arch: v.string(),
  features: v.optional(v.array(v.string()), []),
  kernels: v.array(v.object({ name: v.string(), passed: v.boolean() })),
  refused: v.optional(v.array(v.object({ name: v.string(), reason: v.string() })), []),
});

/** What `pearlctl self-test --json` says. */
type SelfTest = v.InferOutput<typeof answer>;

export const processor: Look = {
  id: 'processor',
  question: 'Do the kernels for this processor compute rightly',
  asService: ['systemd', 'launchd'],
  async run({ machine, program }) {
    const result = await machine.ask([...program.command, 'self-test', '--json'], {}, NODE_LIMIT_MS);
    if (result === null) {
      return problem('the kernel self-test did not come back', fix`${pearlctl('self-test')} (look at what it says)`);
    }
    const parsed = v.safeParse(answer, parseJson(result.stdout));
    if (!parsed.success) {
      const end = result.code > 128 ? `signal ${result.code - 128}` : `exit code ${result.code}`;
      return problem(`the kernel self-test ended by ${end}`, fix`${pearlctl('self-test')} (look at what it says)`);
    }
    return judgeProcessor(parsed.output);
  },
};

/** The first kernel that passes is the one that mines. */
function judgeProcessor({ arch, features, kernels, refused }: SelfTest) {
  const rejected = kernels.filter(({ passed }) => !passed).map(({ name }) => name);
  const best = kernels.find(({ passed }) => passed)?.name;
  if (best === undefined) {
    return problem('no kernel computes rightly here', 'Check memory and overclocking of this machine');
  }
  if (rejected.length > 0) {
    return problem(
      `${rejected.join(', ')} computed wrongly and is not used (${best} is)`,
      'Check memory and overclocking of this machine',
    );
  }
  if (best === 'scalar') {
    return warning(
      `${arch} without vector instructions that a kernel uses`,
      'It mines, but slowly: use another machine',
    );
  }
  const [kept] = refused;
  if (kept !== undefined) {
    return warning(
      `the processor has ${kept.name}, but ${kept.reason}; ${best} mines instead`,
      'Let the service call arch_prctl (it is in the @default set of systemd), on Linux 5.16 or newer',
    );
  }
  const able = features.length === 0 ? '' : ` with ${features.join(' ')}`;
  return ok(`${arch}${able}; kernel ${best}, self-test passed: ${kernels.map(({ name }) => name).join(', ')}`);
}
