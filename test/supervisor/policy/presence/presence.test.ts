// Whether a machine is in use: what sessions come to, and each source of the session against a stand-in of its server. A real logind
// is in test/systemd/presence.test.ts, a real X server here where there is one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { openSystemFiles } from '../../../../src/miner/system-files.ts';
import { InputTimes } from '../../../../src/supervisor/policy/presence/input-times.ts';
import { hidIdleMs } from '../../../../src/supervisor/policy/presence/mac-watch.ts';
import { watchMutter } from '../../../../src/supervisor/policy/presence/mutter-watch.ts';
import { judgeSessions, type LoginSession } from '../../../../src/supervisor/policy/presence/sessions.ts';
import { sightOf } from '../../../../src/supervisor/policy/presence/sight.ts';
import { WaylandWatch } from '../../../../src/supervisor/policy/presence/wayland-watch.ts';
import { cookieIn, openX11 } from '../../../../src/supervisor/policy/presence/x11-server.ts';
import { X11Watch } from '../../../../src/supervisor/policy/presence/x11-watch.ts';
import { standInBus } from '../../../fixtures/dbus/stand-in-bus.ts';
import { socketFolder } from '../../../fixtures/socket-folder.ts';
import { until } from '../../../fixtures/until.ts';

const AWAY_MS = 180_000;
const NOW = Date.parse('2026-12-01T12:00:00Z');
const DESKTOP: LoginSession = {
  ...{ uid: 1000, class: 'user', type: 'wayland', state: 'active', isActive: true },
  ...{ isLocked: false, isIdle: false, sinceMs: NOW - 1000 },
};
const SHELL: LoginSession = { ...DESKTOP, uid: 1001, type: 'tty', sinceMs: NOW - AWAY_MS + 1 };

t.test('a session counts as in use by what its kind can tell', async (t) => {
  const cases: [string, LoginSession[], boolean, RegExp][] = [
    ['nothing', [], false, /no session/],
    ['a desktop that told', [DESKTOP], true, /^the desktop is in use/],
    ['an idle one', [{ ...DESKTOP, isIdle: true }], false, /no session/],
    ['a locked one', [{ ...DESKTOP, isLocked: true }], false, /no session/],
    ['one that never told', [{ ...DESKTOP, sinceMs: null }], true, /does not tell logind/],
    ['the same behind another', [{ ...DESKTOP, sinceMs: null, isActive: false }], false, /no session/],
    ['a greeter', [{ ...DESKTOP, class: 'greeter' }], false, /no session/],
    ['one that ends', [{ ...DESKTOP, state: 'closing' }], false, /no session/],
    ['one that begins', [{ ...DESKTOP, state: 'opening' }], true, /desktop/],
    ['a shell', [SHELL], true, /^a terminal is in use/],
    ['a shell that was left', [{ ...SHELL, sinceMs: NOW - AWAY_MS }], false, /no session/],
    ['a session of cron', [{ ...SHELL, sinceMs: null }], false, /no session/],
    ['an idle desktop and a shell', [{ ...DESKTOP, isIdle: true }, SHELL], true, /terminal/],
  ];
  for (const [title, sessions, inUse, text] of cases) {
    t.match(judgeSessions(sessions, NOW, AWAY_MS, null), { inUse, text }, title);
  }
  t.match(judgeSessions([DESKTOP], NOW, AWAY_MS, 1000), { inUse: false }, 'its own desktop tells elsewhere');
  t.match(judgeSessions([DESKTOP], NOW, AWAY_MS, 1001), { inUse: true }, 'that of another user does not');
  const [here, away] = [
    { inUse: true, text: 'a' },
    { inUse: false, text: 'b' },
  ];
  t.equal(sightOf([null, away, here]), here);
  t.equal(sightOf([null, away]), away);
  t.equal(sightOf([null]), null);
});

t.test('GNOME tells when it is idle and when it is not, and is found again', async (t) => {
  let idleMs = 5n;
  const bus = await standInBus(t, (member) => {
    if (member === 'GetIdletime') return { signature: 't', body: [idleMs] };
    return member.startsWith('Add') ? { signature: 'u', body: [1] } : null;
  });
  const watch = watchMutter({ socket: bus.path, awayAfterMs: AWAY_MS, onChange: () => undefined });
  t.teardown(() => watch.stop());
  await until('a desktop in use', () => watch.sight()?.inUse === true);
  const fire = () => bus.signal('/org/gnome/Mutter/IdleMonitor/Core', 'org.gnome.Mutter.IdleMonitor', 'WatchFired');
  idleMs = BigInt(AWAY_MS);
  fire();
  await until('an idle desktop', () => watch.sight()?.inUse === false);
  idleMs = 0n;
  const before = performance.now();
  fire();
  await until('a return', () => watch.sight()?.inUse === true);
  t.comment(`seen ${(performance.now() - before).toFixed(1)} ms after the signal`);
  const watches = bus.calls.filter((call) => /^Add(Idle|User)/.test(call)).map((call) => call.split(' ')[0]);
  t.same(watches, ['AddIdleWatch', 'AddUserActiveWatch']);
  bus.drop();
  await until('no word', () => watch.sight() === null);
});

/** A compositor of two globals, which tells what a test says. */
async function compositor(t: import('tap').Test, globals = ['wl_seat', 'ext_idle_notifier_v1']) {
  const path = join(socketFolder(t), 'wayland-0');
  const sockets = new Set<Socket>();
  let received = Buffer.alloc(0);
  const event = (object: number, opcode: number, body: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(object, 0);
    head.writeUInt16LE(opcode, 4);
    head.writeUInt16LE(8 + body.length, 6);
    return Buffer.concat([head, body]);
  };
  const global = (name: number, type: string) => {
    const text = Buffer.alloc(Math.ceil((type.length + 1) / 4) * 4);
    text.write(type);
    const body = Buffer.alloc(8);
    body.writeUInt32LE(name, 0);
    body.writeUInt32LE(type.length + 1, 4);
    return event(2, 0, Buffer.concat([body, text, Buffer.from([1, 0, 0, 0])]));
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      if (received.length === 0) {
        // In two parts, so that an event comes in pieces.
        const all = Buffer.concat([
          ...globals.map((type, index) => global(index + 10, type)),
          event(3, 0, Buffer.alloc(4)),
        ]);
        socket.write(all.subarray(0, 13));
        socket.write(all.subarray(13));
      }
      received = Buffer.concat([received, bytes]);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const send = (bytes: Buffer) => {
    for (const socket of sockets) socket.write(bytes);
  };
  /** When all that was sent has been read. */
  const end = async () => {
    for (const socket of sockets) socket.end();
    await until('the end of the connection', () => sockets.size === 0);
  };
  return { path, received: () => received, tell: (opcode: number) => send(event(6, opcode)), send, end };
}

t.test('a Wayland desktop tells when it is idle and when it is not', async (t) => {
  const server = await compositor(t);
  const watch = new WaylandWatch({ socket: () => server.path, awayAfterMs: AWAY_MS, onChange: () => undefined });
  t.teardown(() => watch.stop());
  await until('a desktop in use', () => watch.sight()?.inUse === true);
  const requests = () => server.received();
  // Two of the display, two binds, and get_idle_notification: object 5, opcode 1, 20 bytes, a new object, the time, the seat.
  const wanted = Buffer.alloc(20);
  for (const [index, value] of [5, (20 << 16) | 1, 6, AWAY_MS, 4].entries()) wanted.writeUInt32LE(value, 4 * index);
  await until('the request', () => requests().includes(wanted));
  server.tell(0);
  await until('an idle desktop', () => watch.sight()?.inUse === false);
  const before = performance.now();
  server.tell(1);
  await until('a return', () => watch.sight()?.inUse === true);
  t.comment(`seen ${(performance.now() - before).toFixed(1)} ms after the event`);
  server.send(Buffer.from([6, 0, 0, 0, 0, 0, 3, 0]));
  await until('an end, of an event that is shorter than its head', () => watch.sight() === null);
});

t.test('a compositor without the protocol tells nothing, and no bytes of one throw', async (t) => {
  const server = await compositor(t, ['wl_seat']);
  const watch = new WaylandWatch({ socket: () => server.path, awayAfterMs: AWAY_MS, onChange: () => undefined });
  t.teardown(() => watch.stop());
  await until('its question', () => server.received().length >= 24);
  t.equal(watch.sight(), null);
  for (const bytes of fc.sample(fc.uint8Array({ minLength: 8, maxLength: 64 }), 50)) {
    const noisy = await compositor(t);
    const one = new WaylandWatch({ socket: () => noisy.path, awayAfterMs: AWAY_MS, onChange: () => undefined });
    await until('its question', () => noisy.received().length > 0);
    noisy.send(Buffer.from(bytes));
    await noisy.end();
    await until('the end of what it told', () => one.sight() === null);
    one.stop();
  }
});

/** An X server that tells of a new keyboard mapping before and after each of its answers. */
async function noisyX(t: import('tap').Test): Promise<string> {
  const folder = socketFolder(t);
  const reply = (fields: readonly (readonly [at: number, value: number])[]) => {
    const bytes = Buffer.alloc(32);
    for (const [at, value] of [[0, 1] as const, ...fields]) bytes.writeUInt8(value, at);
    return bytes;
  };
  // Of 40 bytes behind its head, with one screen without formats.
  const setUp = Buffer.concat([reply([[6, 10]]), Buffer.alloc(16)]);
  const event = (first: number, more = 0) => {
    const bytes = Buffer.alloc(32 + 4 * more);
    bytes.writeUInt8(first, 0);
    bytes.writeUInt32LE(more, 4);
    return bytes;
  };
  const events = Buffer.concat([event(34), event(34 | 0x80), event(35, 3)]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const opcode = bytes[0];
      if (opcode === 'l'.charCodeAt(0)) socket.write(setUp);
      else if (opcode === 98)
        socket.write(
          Buffer.concat([
            events,
            reply([
              [8, 1],
              [9, 140],
            ]),
            events,
          ]),
        );
      else
        for (const part of [events.subarray(0, 40), events.subarray(40), reply([[16, 7]]), events]) socket.write(part);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'X9'), resolve));
  t.teardown(() => new Promise((resolve) => server.close(resolve)));
  return folder;
}

t.test('an X server may tell of events between its answers', async (t) => {
  const server = await openX11({ DISPLAY: ':9', XAUTHORITY: '/nonexistent' }, await noisyX(t));
  t.teardown(() => server?.close());
  for (let round = 0; round < 3; round += 1) t.equal(await server?.idleMs(), 7);
});

const noX = !existsSync('/usr/bin/Xvfb') && 'Xvfb is not installed';
t.test('an X server tells how long ago the last input was', { skip: noX }, async (t) => {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '64x64x8'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(async () => {
    server.kill();
    if (server.exitCode === null) await once(server, 'exit');
  });
  const [display] = await once(server.stdout, 'data');
  const env = { DISPLAY: `:${String(display).trim()}.0`, XAUTHORITY: '/nonexistent' };
  const [soon, late] = [1000, 3_600_000].map(
    (awayAfterMs) => new X11Watch({ env, awayAfterMs, onChange: () => undefined }),
  );
  t.teardown(() => {
    soon?.stop();
    late?.stop();
  });
  await until('a desktop in use', () => late?.sight()?.inUse === true);
  await until('an idle one', () => soon?.sight()?.inUse === false);
});

t.test('the cookie of an X server is found in its file, whatever else is there', async (t) => {
  const entry = (number: string, name: string, data: Buffer) =>
    Buffer.concat([
      Buffer.from([1, 0]),
      ...[Buffer.from('host'), Buffer.from(number), Buffer.from(name), data].flatMap((part) => [
        Buffer.from([0, part.length]),
        part,
      ]),
    ]);
  const cookie = Buffer.from('0123456789abcdef');
  const file = Buffer.concat([
    entry('0', 'XDM-AUTHORIZATION-1', Buffer.alloc(16)),
    entry('1', 'MIT-MAGIC-COOKIE-1', Buffer.alloc(16, 1)),
    entry('0', 'MIT-MAGIC-COOKIE-1', cookie),
  ]);
  t.same(cookieIn(file, '0'), cookie);
  t.same(cookieIn(file, '7'), Buffer.alloc(0));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => cookieIn(Buffer.from(bytes), '0').length <= 200));
});

t.test('the last resort: times of terminals, and the interrupts of a keyboard of the machine', async (t) => {
  const root = t.testdir({
    dev: { pts: { 0: '' }, tty1: '', sda: '' },
    proc: { interrupts: '  1:  5  i8042\n  9:  0  acpi\n' },
  });
  const old = new Date(Date.now() - 2 * AWAY_MS);
  for (const name of ['pts/0', 'tty1']) utimesSync(join(root, 'dev', name), old, old);
  const times = new InputTimes(openSystemFiles(root, 'linux'), AWAY_MS, join(root, 'dev'));
  t.match(times.sight(), { inUse: false });
  writeFileSync(join(root, 'proc/interrupts'), '  1:  5  i8042\n  9:  4  acpi\n');
  t.match(times.sight(), { inUse: false }, 'another interrupt');
  writeFileSync(join(root, 'proc/interrupts'), '  1:  6  i8042\n  9:  4  acpi\n');
  t.match(times.sight(), { inUse: true, text: 'the keyboard or mouse is in use' });
  utimesSync(join(root, 'dev/pts/0'), new Date(), old);
  const others = new InputTimes(openSystemFiles(root, 'linux'), AWAY_MS, join(root, 'dev'));
  t.match(others.sight(), { inUse: true, text: 'a terminal is in use' });
  symlinkSync('/nowhere', join(root, 'dev/pts/1'));
  t.match(others.sight(), { inUse: true }, 'whatever other one has just gone');
  mkdirSync(join(root, 'empty'));
  t.equal(new InputTimes(openSystemFiles(join(root, 'empty'), 'linux'), AWAY_MS, join(root, 'empty')).sight(), null);
});

t.test('a Mac tells nanoseconds', async (t) => {
  const plist = '<dict>\n<key>HIDIdleTime</key>\n\t<integer>4123456789</integer>\n</dict>';
  t.equal(hidIdleMs(plist), 4123);
  t.equal(hidIdleMs('<dict/>'), null);
});
