// A network of a row's own: the supervisor lives in a network namespace with one cable to the test, which can be pulled. It
// may have a resolver of its own as well. Needs root; the machine's own network is not touched.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import type { FaultStage } from './stage.ts';

let made = 0;

export class OwnNetwork {
  /** Where a pool listens: behind the gateway of the supervisor's only route. */
  readonly poolHost: string;
  /** Goes in front of the supervisor's command. */
  readonly wrapper: readonly string[];
  readonly #stage: FaultStage;
  readonly #holder: number;
  readonly #cable: string;
  readonly #near: string;

  constructor(stage: FaultStage) {
    made += 1;
    // TEST-NET-2 and TEST-NET-3 of RFC 5737 for the cable and for what lies behind it; one small net a row.
    const row = (process.pid + made) % 60;
    const near = `198.51.100.${row * 4 + 1}`;
    const far = `198.51.100.${row * 4 + 2}`;
    this.#near = near;
    this.poolHost = `203.0.113.${row + 1}`;
    this.#cable = `pf${process.pid % 100_000}n${made}`;
    this.#stage = stage;
    // The namespace lives as long as a process is in it.
    const holder = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
    if (holder.pid === undefined) throw new Error('no namespace');
    this.#holder = holder.pid;
    stage.afterwards(() => {
      holder.kill('SIGKILL');
      spawnSync('ip', ['link', 'delete', this.#cable]);
    });
    awaitNamespace(holder.pid);
    run('ip', ['link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'wire', 'netns', String(holder.pid)]);
    run('ip', ['address', 'add', `${near}/30`, 'dev', this.#cable]);
    run('ip', ['address', 'add', `${this.poolHost}/32`, 'dev', this.#cable]);
    run('ip', ['link', 'set', this.#cable, 'up']);
    this.#inside('ip', 'link', 'set', 'lo', 'up');
    this.#inside('ip', 'address', 'add', `${far}/30`, 'dev', 'wire');
    this.#inside('ip', 'link', 'set', 'wire', 'up');
    this.route();
    this.wrapper = ['nsenter', `--net=/proc/${holder.pid}/ns/net`, '--'];
  }

  /** Pulls the cable: packets vanish, connections stay as they are. */
  pull(): void {
    run('ip', ['link', 'set', this.#cable, 'down']);
  }

  plug(): void {
    run('ip', ['link', 'set', this.#cable, 'up']);
    // Addresses of a link that was down are kept, routes through it are not.
    this.route();
  }

  unroute(): void {
    this.#inside('ip', 'route', 'delete', 'default');
  }

  route(): void {
    this.#inside('ip', 'route', 'replace', 'default', 'via', this.#near);
  }

  /** A resolver for the namespace that knows one name; the wrapper that has the supervisor ask it; and its silence. */
  async resolver(name: string): Promise<{ wrapper: readonly string[]; setMute: (isMute: boolean) => void }> {
    let isMute = false;
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => {
      if (!isMute) socket.send(answer(query, name, this.poolHost), from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(53, this.#near, resolve));
    this.#stage.afterwards(() => void socket.close());
    const file = this.#stage.path('resolv.conf');
    writeFileSync(file, `nameserver ${this.#near}\n`);
    const enter = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file];
    return {
      wrapper: [...this.wrapper, ...enter],
      setMute: (mute) => {
        isMute = mute;
      },
    };
  }

  #inside(...command: string[]): void {
    run('nsenter', [`--net=/proc/${this.#holder}/ns/net`, '--', ...command]);
  }
}

/** `unshare` is in the old namespace for a moment. */
function awaitNamespace(pid: number): void {
  const deadline = performance.now() + 10_000;
  const own = spawnSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).stdout;
  while (performance.now() < deadline) {
    const { stdout } = spawnSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' });
    if (stdout !== '' && stdout !== own) return;
  }
  throw new Error('there is no namespace');
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** The reply to a DNS query (RFC 1035): one address for an A question about the name, and nothing for any other. */
function answer(query: Buffer, name: string, address: string): Buffer {
  const question = query.subarray(12);
  const wire = Buffer.concat([
    ...name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.of(0),
  ]);
  const end = wire.length + 4;
  const isKnown = question.subarray(0, wire.length).equals(wire) && question.readUInt16BE(wire.length) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  // A response, authoritative, recursion available, no error; one question, no authority, nothing additional.
  header.writeUInt16BE(0x8580, 2);
  header.writeUInt16BE(isKnown ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  // A pointer to the name, type A, class IN, no time to live, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question.subarray(0, end), ...(isKnown ? [record] : [])]);
}
