// Why no connection came about, also where it is macOS that does not let it.
import t from 'tap';
import { DialError } from '../../../../src/base/dial.ts';
import { dialFailure } from '../../../../src/gateway/pool/connection/dial-failure.ts';

const failed = (code: string, ...addresses: string[]) =>
  new DialError(
    code,
    addresses.map((address) => ({ address, code })),
  );

t.test('a local address that cannot be reached on a Mac is told with the setting that may be in the way', async (t) => {
  for (const address of ['192.168.1.5', '10.0.0.9', '172.31.0.1', '169.254.3.3', 'fe80::1', 'fd00::5']) {
    t.match(dialFailure(failed('EHOSTUNREACH', address), 'darwin'), {
      isOffline: true,
      reason: `the host cannot be reached; allow it in System Settings, Privacy & Security, Local Network (${address})`,
    });
  }
  for (const [platform, code, address] of [
    ['linux', 'EHOSTUNREACH', '192.168.1.5'],
    ['darwin', 'ECONNREFUSED', '192.168.1.5'],
    ['darwin', 'EHOSTUNREACH', '203.0.113.7'],
    ['darwin', 'EHOSTUNREACH', '172.32.0.1'],
    ['darwin', 'EHOSTUNREACH', '2001:db8::1'],
  ] as const) {
    t.notMatch(dialFailure(failed(code, address), platform).reason, /Local Network/);
  }
  const both = dialFailure(failed('EHOSTUNREACH', '203.0.113.7', '192.168.1.5'), 'darwin').reason;
  t.match(both, /^203\.0\.113\.7: the host cannot be reached; 192\.168\.1\.5: .*Local Network$/);
  t.equal(dialFailure(failed('ENOTFOUND'), 'darwin').reason, 'the host name is not known');
});
