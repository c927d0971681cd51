// Is the program there that an external gateway is started with?
import { findProgram, NAME_PROGRAM } from '../../gateway/external/gateway-program.ts';
import { servicePath } from '../../service/service-path.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped } from '../finding.ts';

export const gatewayProgram: Look = {
  id: 'gateway-program',
  question: 'Is the external gateway’s program there',
  asService: ['systemd', 'launchd'],
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const { kind, command } = config.gateway;
    if (kind === 'attached') return skipped('another program starts the gateway');
    if (kind !== 'external') return skipped('pearlctl has its own gateway');
    const program = command[0] ?? '';
    const { env, service, paths } = context;
    const path = service === null ? env.PATH : servicePath(service.kind, paths.scope, env.PATH);
    const found = findProgram(program, path ?? '');
    if (found === null) return problem(`${program} is not there`, NAME_PROGRAM);
    if (found.isExecutable) return ok(found.path);
    return problem(`${found.path} cannot be executed`, `ls -l ${found.path}; chmod +x ${found.path}`);
  },
};
