// D-Bus: what we send is what a real message bus takes, no bytes do more than close a connection, and a service that ends, lies or
// comes back is followed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { DbusClient, DbusError } from '../../../../src/supervisor/policy/bus/dbus-client.ts';
import { decodeMessage, encodeCall, messageLength } from '../../../../src/supervisor/policy/bus/dbus-message.ts';
import { watchMetered } from '../../../../src/supervisor/policy/metered.ts';
import { standInBus } from '../../../fixtures/dbus/stand-in-bus.ts';
import { socketFolder } from '../../../fixtures/socket-folder.ts';
import { until } from '../../../fixtures/until.ts';

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

t.test('a call is read as it was written', async (t) => {
  const args = fc.array(fc.oneof(fc.string(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), { maxLength: 5 });
  fc.assert(
    fc.property(args, fc.integer({ min: 1, max: 2 ** 32 - 1 }), (args, serial) => {
      const bytes = encodeCall(serial, { ...BUS, member: 'Try', args });
      const call = decodeMessage(bytes);
      return (
        messageLength(bytes) === bytes.length &&
        call.member === 'Try' &&
        call.path === BUS.path &&
        call.body().every((value, index) => value === args[index])
      );
    }),
  );
  t.pass();
});

t.test('no bytes do more than throw a RangeError', async (t) => {
  const call = encodeCall(1, { ...BUS, member: 'Try', args: ['one', 2n] });
  const spoiled = fc.tuple(fc.nat(call.length - 1), fc.nat(255)).map(([at, value]) => {
    const bytes = Buffer.from(call);
    bytes[at] = value;
    return bytes;
  });
  // In the place of a signature as long, behind which there is a body to read.
  const texts = encodeCall(1, { ...BUS, member: 'Try', args: Array.from({ length: 24 }, () => 'xyz') });
  const place = texts.indexOf('s'.repeat(24));
  const signatures = fc.stringMatching(/^[aybnqiuhxtdsogv({})]{24}$/).map((signature) => {
    const bytes = Buffer.from(texts);
    bytes.write(signature, place, 'latin1');
    return bytes;
  });
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from([0x6c, 4, 0, 1, ...bytes]));
  fc.assert(
    fc.property(fc.oneof(spoiled, any, signatures), (bytes) => {
      try {
        messageLength(bytes);
        decodeMessage(bytes).body();
        return true;
      } catch (error) {
        return error instanceof RangeError;
      }
    }),
    { numRuns: 3000 },
  );
  const huge = Buffer.from(call);
  huge.writeUInt32LE(2 ** 31, 4);
  t.throws(() => messageLength(huge), RangeError, 'and none is waited for that does not fit');
});

const noBus = !existsSync('/usr/bin/dbus-daemon') && 'the package dbus is not installed';
t.test('a real message bus answers, refuses, tells, and ends', { skip: noBus }, async (t) => {
  const path = join(socketFolder(t), 'bus');
  const options = ['--session', `--address=unix:path=${path}`, '--nofork', '--nopidfile', '--print-address'];
  const daemon = spawn('/usr/bin/dbus-daemon', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => daemon.kill());
  await once(daemon.stdout, 'data');
  const bus = await DbusClient.connect(path);
  const heard: (string | null)[] = [];
  bus.onSignal = ({ member }) => heard.push(member);
  t.match(await bus.call({ ...BUS, member: 'ListNames' }), [[BUS.destination, /^:1\./]]);
  t.ok((await bus.properties(BUS.destination, BUS.path, BUS.interface)).has('Interfaces'));
  const nobody = { destination: 'org.example.Nobody', path: '/x', interface: 'a.b', member: 'C', args: ['x', 4n] };
  await t.rejects(bus.call(nobody), new DbusError('org.freedesktop.DBus.Error.ServiceUnknown'));
  await bus.listen("type='signal',member='NameOwnerChanged'");
  const other = await DbusClient.connect(path);
  await until('the signal', () => heard.includes('NameOwnerChanged'));
  other.close();
  let isClosed = false;
  void bus.closed.then(() => {
    isClosed = true;
  });
  daemon.kill();
  await until('the end of the bus', () => isClosed);
  await t.rejects(bus.call({ ...BUS, member: 'ListNames' }), new DbusError('the message bus is gone'));
  await t.rejects(DbusClient.connect(path), Error);
});

t.test('a metered network is told at once, and a bus that sends rubbish is left', async (t) => {
  let metered = 4;
  const properties = () => ({
    signature: 'a{sv}',
    body: [
      [
        ['Metered', ['u', metered]],
        ['State', ['u', 70]],
      ],
    ],
  });
  const bus = await standInBus(t, (member) => (member === 'GetAll' ? properties() : null));
  let changes = 0;
  const watch = watchMetered(() => {
    changes += 1;
  }, bus.path);
  t.teardown(() => watch.stop());
  await until('the first reading', () => watch.value === false);
  for (const [now, expected] of [
    [1, true],
    [2, false],
    [3, true],
    [0, false],
    [1, true],
  ] as const) {
    metered = now;
    const before = performance.now();
    bus.signal('/org/freedesktop/NetworkManager', 'org.freedesktop.DBus.Properties', 'PropertiesChanged');
    await until(`NMMetered ${now}`, () => watch.value === expected);
    t.comment(`${(performance.now() - before).toFixed(1)} ms after the signal`);
  }
  t.ok(changes >= 6);
  bus.raw(Buffer.from('this is no message of D-Bus at all, whatever it is'));
  await until('the end', () => watch.value === null);
});
