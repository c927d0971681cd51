// Where a password is needed, a systemd that cannot hand it over is refused.
import t from 'tap';
import type { ServiceDefinition } from '../../../src/service/definition.ts';
import { requireCredentials, systemdVersion } from '../../../src/service/systemd/old-systemd.ts';

const credentials = [{ name: 'pool-password', file: '/etc/pearlctl/credentials/pool-password' }];
const asks = (stdout: string) => async () => ({ code: 0, stdout, stderr: '' });

t.test('systemd older than 247 is refused where a password is needed, and only there', async (t) => {
  const definition = { credentials } as unknown as ServiceDefinition;
  const old = asks('systemd 245 (245.4-4ubuntu3.24)\n+PAM +AUDIT\n');
  const error = { code: 'SERVICE_CONFLICT', message: /systemd is 245.*pool-password.*since 247/ };
  await t.rejects(requireCredentials(old, definition), error);
  await requireCredentials(old, { ...definition, credentials: [] });
  for (const text of ['systemd 247 (247.3-7)', 'systemd 252 (252.38-1~deb12u1)', 'something else']) {
    await requireCredentials(asks(text), definition);
  }
  t.equal(systemdVersion('systemd 257.4 (257.4-1)'), 257);
  t.equal(systemdVersion(''), null);
});
