// Every parser of foreign bytes, fed with what no peer would write: its own good input cut, doubled, patched
// and mixed, and bytes and text from nowhere. It answers with a value or one of its own refusals, and soon. How much each
// is fed is in the titles; PEARLCTL_FUZZ_RUNS feeds more.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse as parsePlist } from 'plist';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { withoutColours } from '../../src/base/logs/last-words.ts';
import { LineSplitter, MAX_LINE_CHARACTERS } from '../../src/base/logs/line-splitter.ts';
import { createRedactor } from '../../src/base/logs/redact.ts';
import { parsePast, secondsUntil } from '../../src/cli/live/remembered-rate.ts';
import { parseLine } from '../../src/cli/verify/verify-request.ts';
import { parseConfig } from '../../src/config/configuration.ts';
import { readPearldConf } from '../../src/config/pearld-conf.ts';
import { readPoolUrl } from '../../src/config/pool-url.ts';
import { parsePs, parseStat } from '../../src/doctor/processes.ts';
import { readGatewayLine } from '../../src/gateway/external/foreign-log-line.ts';
import { parseBlocksFound } from '../../src/gateway/external/foreign-metrics.ts';
import { parsePoolLine } from '../../src/gateway/pool/pool-message.ts';
import { readSubmission } from '../../src/gateway/submit-params.ts';
import { readJob } from '../../src/miner/mining-job.ts';
import { native } from '../../src/native/native.ts';
import { parseChildMessage, parseSupervisorMessage } from '../../src/protocol/channel/messages.ts';
import { LineFramer } from '../../src/protocol/jsonrpc/framing.ts';
import { isJsonObject, parseJson } from '../../src/protocol/jsonrpc/lossless-json.ts';
import { parseRequest, parseResponse } from '../../src/protocol/jsonrpc/rpc-message.ts';
import { checkWallet, walletFromProgram } from '../../src/protocol/wallet.ts';
import { isDisabled, parsePrint } from '../../src/service/launchd/print-output.ts';
import { parseManifest } from '../../src/service/manifest.ts';
import { parseInvocation, parseShow } from '../../src/service/systemd/show-output.ts';
import { parseEntry } from '../../src/state/ledger/entry.ts';
import { parseSidecar } from '../../src/state/sidecar/read-sidecar.ts';
import { parseStats } from '../../src/state/stats/stats-record.ts';
import { answerControl } from '../../src/supervisor/control/control-methods.ts';
import { inputFrom } from './inputs.ts';

const RUNS = Number(process.env.PEARLCTL_FUZZ_RUNS ?? 500);
/** A parser that takes this long for one input of some kilobytes does not merely have a busy machine. */
const SLOW_MS = 5000;

interface Target {
  name: string;
  /** Good inputs, from which the bad ones are made. */
  seeds: readonly (string | Buffer)[];
  /** Feeds it. What it throws, except for `refuses`, is a defect. */
  feed(bytes: Buffer): unknown;
  /** Its own refusals. */
  refuses?: (error: unknown) => boolean;
}

const withCode = (error: unknown) => error instanceof PearlError && error.code !== 'INTERNAL';
const syntaxError = (error: unknown) =>
  error instanceof SyntaxError ||
  (error instanceof Error && !(error instanceof TypeError || error instanceof RangeError));

const WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'devnet');
const CONFIG = `network = devnet\n[miner]\nwallet = ${WALLET}\nthreads = 50%\n[shape]\npreset = light\n[gateway]\nkind = devnet\nport = 0\n[supervisor]\nlimit = 10 in 10m\n[logs]\nlevel = info\n`;
const PROOFS = JSON.parse(readFileSync('test/vectors/proofs.json', 'utf8')).valid;
const PROOF = Buffer.from(PROOFS[0].proof, 'base64');
const HEADER = Buffer.alloc(76, 1).toString('base64');
const SIDECAR = JSON.stringify({
  provider: 'cpu-pearl',
  started_at: 1,
  wallet_address: WALLET,
  gateway_url: 'http://127.0.0.1:1',
  metrics_url: 'http://127.0.0.1:2/metrics',
  dashboard_url: null,
  gateway_pid: 5,
  miner_loop_pid: 6,
  schema: 1,
  version: '0.1.0',
  network: 'devnet',
  state: 'running',
  supervisor: { pid: 4, identity: 'a:1' },
  children: {
    gateway: { pid: 5, identity: 'a:2', state: 'ready', restarts: 0, last_exit: null },
    miner: {
      pid: 6,
      identity: 'a:3',
      state: 'ready',
      restarts: 1,
      last_exit: { code: 1, signal: null, at: '', lines: ['x'] },
    },
  },
});
const SHOW =
  'LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nSubState=running\nResult=success\nMainPID=77\nExecMainCode=1\nExecMainStatus=78\nNRestarts=2\nStateChangeTimestamp=@1700000000\nInvocationID=0123456789abcdef0123456789abcdef\n';
const PRINT =
  'gui/501/org.pearlctl = {\n\tactive count = 1\n\tstate = running\n\tpid = 41\n\truns = 3\n\tlast exit code = 78: EX_CONFIG\n\tlast terminating signal = Killed: 9\n}\n';
const VERDICT = { type: 'verdict', result: 'accepted', reason: null, block: true, height: 7, latencyMs: 1.5 };

const redact = createRedactor(['hunter22', 'p@ss word']);

const TARGETS: readonly Target[] = [
  { name: 'the configuration', seeds: [CONFIG], feed: (b) => parseConfig(b.toString(), 'fuzz.ini'), refuses: withCode },
  {
    name: "pearld's configuration",
    seeds: ['[Application Options]\nrpcuser=a\nrpcpass=b\nrpclisten=127.0.0.1:1\n'],
    feed: (b) => readPearldConf(b.toString(), 'mainnet'),
    refuses: withCode,
  },
  {
    name: "a pool's address",
    seeds: ['stratum+ssl://user:pw@pool.example.com:3333?tls=1'],
    feed: (b) => readPoolUrl(b.toString()),
  },
  {
    name: 'a wallet',
    seeds: [WALLET, WALLET.toUpperCase()],
    feed: (b) => checkWallet(b.toString(), 'devnet'),
    refuses: withCode,
  },
  { name: 'the sidecar', seeds: [SIDECAR], feed: (b) => parseSidecar(b.toString()) },
  {
    name: "the rate's past",
    seeds: [
      '{"schemaVersion":1,"at":"2026-01-01T00:00:00.000Z","history":{"recent":{"stepSeconds":2,"points":[[1767225590,5e11,1],[1767225592,0,2]]}}}',
    ],
    feed: (b) => {
      const past = parsePast(b.toString());
      return past && secondsUntil(past, 1, 400);
    },
  },
  {
    name: 'the statistics',
    seeds: [
      '{"schema":2,"updated_at":"2026-01-01T00:00:00Z","uptime_seconds":1,"rate":{},"shares":{},"health":[{"id":"a","text":"b","fix":""}]}',
    ],
    feed: (b) => parseStats(b.toString()),
  },
  {
    name: 'the ledger',
    seeds: [
      `{"time":"2026-11-23T01:16:56.536Z","job":"46a5","height":7,"shape":{"m":256,"n":256,"k":2048,"rank":128,"h":16,"w":16},"proof":"d992629f8e0e5fbc","result":"accepted","block":true,"reason":null,"cert_version":3,"target":"${'0'.repeat(64)}","latency_ms":33.4}`,
    ],
    feed: parseEntry,
  },
  {
    name: 'the manifest',
    seeds: ['{"schema":1,"entries":[{"kind":"file","path":"/a","hash":"b"}]}'],
    feed: (b) => parseManifest(b.toString()),
  },
  {
    name: 'exact JSON',
    seeds: ['{"a":[1,2.5,"\\u0041",null,true,{"b":18446744073709551616}]}'],
    feed: (b) => parseJson(b.toString()),
    refuses: syntaxError,
  },
  {
    name: 'a JSON-RPC request',
    seeds: [
      `{"jsonrpc":"2.0","id":1,"method":"submitPlainProof","params":{"plain_proof":"AAAA","mining_job":{"incomplete_header_bytes":"${HEADER}","target":115792089237316195423570985008687907853269984665640564039457584007913129639935,"cert_version":3}}}`,
    ],
    feed: (b) => {
      const parsed = parseRequest(b);
      return parsed.ok ? readSubmission(parsed.request.params) : parsed;
    },
  },
  {
    name: 'a JSON-RPC answer',
    seeds: [
      `{"jsonrpc":"2.0","id":1,"result":{"incomplete_header_bytes":"${HEADER}","target":7,"cert_version":3}}`,
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"mining_paused"}}',
    ],
    feed: (b) => {
      const response = parseResponse(b);
      const outcome = response === null ? null : (response as { outcome?: { ok: boolean; result?: unknown } }).outcome;
      return outcome?.ok === true && isJsonObject(outcome.result as never) ? readJob(outcome.result as never, 0) : null;
    },
  },
  {
    name: 'frames of lines',
    seeds: ['{"a":1}\n{"b":2}\r\n\n'],
    feed: (b) => {
      const framer = new LineFramer({ maxLineBytes: 64, maxDiscardBytes: 4096 });
      const frames = [
        ...framer.push(b.subarray(0, b.length >> 1)),
        ...framer.push(b.subarray(b.length >> 1)),
        ...framer.end(),
      ];
      for (const frame of frames)
        if (frame.type === 'line' && frame.bytes.length > 64) throw new Error('a line beyond its bound');
    },
  },
  {
    name: 'the control socket',
    seeds: [
      '{"jsonrpc":"2.0","id":1,"method":"pause","params":{"version":1,"reason":"user"}}',
      '{"jsonrpc":"2.0","id":1,"method":"stop","params":{}}',
    ],
    feed: (b) => {
      const parsed = parseRequest(b);
      return parsed.ok
        ? answerControl(parsed.request, {
            status: () => null,
            pause: () => null,
            resume: () => null,
            reload: async () => null,
            stop: () => null,
          })
        : parsed;
    },
  },
  {
    name: "the children's channel",
    seeds: [
      JSON.stringify(VERDICT),
      '{"type":"failure","code":"A","message":"b","hint":null}',
      '{"type":"pause","reason":"user"}',
    ],
    feed: (b) => {
      const value = asJson(b);
      return [parseChildMessage(value), parseSupervisorMessage(value)];
    },
  },
  {
    name: 'stratum',
    seeds: [
      `{"id":null,"method":"mining.notify","params":{"job_id":"a","header":"${'ab'.repeat(76)}","target":"${'0f'.repeat(32)}","height":7,"cert_version":3}}`,
      '{"id":1,"result":true,"error":null}',
      '{"method":"mining.set_difficulty","params":[58.5]}',
    ],
    feed: (b) => parsePoolLine(b.toString()),
  },
  { name: 'a PlainProof', seeds: [PROOF], feed: (b) => native().inspect(b), refuses: withCode },
  {
    name: 'a PlainProof to be judged',
    seeds: [PROOF],
    feed: (b) =>
      native().verify({
        header: Buffer.from(PROOFS[0].header, 'hex'),
        certVersion: 3,
        rankPenalty: false,
        target: (1n << 256n) - 1n,
        proof: b,
      }),
  },
  {
    name: 'nbits',
    seeds: [Buffer.from([0xff, 0xff, 0, 0x1d])],
    feed: (b) => {
      const target = native().targetFromNbits(b.length < 4 ? b.length : b.readUInt32LE(0));
      if (target < 0n || target >= 1n << 256n) throw new Error(`a target of ${target}`);
    },
  },
  {
    name: 'patterns',
    seeds: [Buffer.from([0, 8, 64, 72]), Buffer.from([0, 1, 2, 3])],
    feed: (b) => native().patternFromIndices([...b]),
    refuses: withCode,
  },
  {
    name: 'a line of verify --batch',
    seeds: [JSON.stringify({ id: 'p1', header: PROOFS[0].header, cert_version: 3, nbits: '1e0ccccc', proof: 'GAAA' })],
    feed: parseLine,
  },
  {
    name: "the reference gateway's log",
    seeds: ['\u001b[32m2026-01-01 00:00:00 | INFO | Block template updated: height 7\u001b[0m'],
    feed: (b) => readGatewayLine(withoutColours(b.toString())),
  },
  {
    name: "a gateway's metrics",
    seeds: ['# TYPE a counter\npearl_gateway_shares_submitted_total 7\n'],
    feed: (b) => parseBlocksFound(b.toString()),
  },
  { name: '`systemctl show`', seeds: [SHOW], feed: (b) => [parseShow(b.toString()), parseInvocation(b.toString())] },
  {
    name: '`launchctl print`',
    seeds: [PRINT, '\t"org.pearlctl" => disabled\n'],
    feed: (b) => [parsePrint(b.toString()), isDisabled(b.toString(), 'org.pearlctl')],
  },
  {
    name: 'a plist',
    seeds: [readFileSync('test/service/golden/agent.plist')],
    feed: (b) => quietly(() => parsePlist(b.toString())),
    refuses: (error) => error instanceof Error,
  },
  {
    name: 'the process table',
    seeds: ['1 (a) b) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 5 1 1', '  PID COMMAND\n    1 /sbin/init\n'],
    feed: (b) => [parseStat(b.toString()), parsePs(b.toString())],
  },
  {
    name: "a child's output",
    seeds: ['one\r\ntwo\n', 'x'.repeat(5000)],
    feed: (b) => {
      const lines: string[] = [];
      const splitter = new LineSplitter((line) => lines.push(line));
      splitter.push(b);
      splitter.end();
      if (lines.some((line) => line.length > MAX_LINE_CHARACTERS + 10)) throw new Error('a line beyond its bound');
    },
  },
  {
    name: 'what is redacted',
    seeds: ['password = "hunter22", https://u:hunter22@h/ Authorization: Basic aHVudGVyMjI='],
    feed: (b) => {
      if (redact(b.toString()).includes('hunter22')) throw new Error('a secret is left');
    },
  },
];

/** The XML library says what it thinks of its input, on the console. */
function quietly<T>(action: () => T): T {
  const { error, warn } = console;
  Object.assign(console, { error: () => undefined, warn: () => undefined });
  try {
    return action();
  } finally {
    Object.assign(console, { error, warn });
  }
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes.toString();
  }
}

for (const target of TARGETS) {
  t.test(`${target.name}: ${RUNS} inputs and no crash, no hang`, async (t) => {
    let slowestMs = 0;
    let fed = 0;
    for (const seed of target.seeds) target.feed(Buffer.from(seed as string));
    await fc.assert(
      fc.asyncProperty(inputFrom(target.seeds), async (bytes) => {
        const beganMs = performance.now();
        fed += 1;
        try {
          await target.feed(bytes);
        } catch (error) {
          if (target.refuses?.(error) !== true) throw error;
        }
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      }),
      { numRuns: RUNS },
    );
    t.ok(fed >= RUNS);
    t.ok(slowestMs < SLOW_MS, `the slowest took ${slowestMs.toFixed(1)} ms`);
  });
}
