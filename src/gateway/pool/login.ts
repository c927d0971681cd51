// How we introduce ourselves to a pool, and what a submit says about who we are: pure, one function per message.
import { type ExactNumber, type JsonValue, stringifyJson } from '../../protocol/jsonrpc/lossless-json.ts';

/** Who mines, as one `[pool]` section says it. The password never appears in logs, errors or status. */
export interface Account {
  /** The checked payout address; not used where `login` is set. */
  readonly wallet: string;
  readonly worker: string;
  /** Stands for the address, unchecked (`solo:…`, account names), and is sent exactly so. */
  readonly login: string | null;
  readonly pass: string;
}

/** `object`: the dialect of protocol section 10. `array`: the one-time second try. */
export type LoginForm = 'object' | 'array';

/** A pool's name of a job, returned exactly as it came: a string, or a number of any length. */
export type JobId = string | ExactNumber;

/** Kryptex reads the worker's name out of the address. */
function readsWorkerFromAddress(host: string): boolean {
  return host === 'kryptex.network' || host.endsWith('.kryptex.network');
}

/** Address and worker as one name: `prl1p….rig1`. */
function userName(account: Account): string {
  return account.login ?? `${account.wallet}.${account.worker}`;
}

function line(message: JsonValue): string {
  return `${stringifyJson(message)}\n`;
}

/** The login, as one line. `agent` is `name/version`. */
export function loginLine(id: number, account: Account, host: string, form: LoginForm, agent: string): string {
  const joined = readsWorkerFromAddress(host);
  const params =
    form === 'array'
      ? [userName(account), account.pass]
      : {
          wallet: joined ? userName(account) : (account.login ?? account.wallet),
          worker: account.worker,
          pass: account.pass,
          agent,
        };
  return line({ id, jsonrpc: '2.0', method: 'mining.authorize', params });
}

export interface SubmitFields {
  readonly jobId: JobId;
  /** Base64 text, exactly as the miner made it. */
  readonly proof: string;
  /** Multiply-accumulates per second for the pool's statistics, left out where unknown. */
  readonly macsPerSecond: number | null;
}

/** A proof, as one line. */
export function submitLine(id: number, account: Account, host: string, fields: SubmitFields): string {
  return line({
    id,
    jsonrpc: '2.0',
    method: 'mining.submit',
    params: {
      ...(readsWorkerFromAddress(host) ? { worker: userName(account) } : {}),
      job_id: fields.jobId,
      plain_proof: fields.proof,
      ...(fields.macsPerSecond === null ? {} : { hs: Math.round(fields.macsPerSecond) }),
    },
  });
}

/** The answer to `mining.ping`. */
export function pongLine(id: JobId): string {
  return line({ id, result: 'pong', error: null });
}

/** The answer to a request that this dialect does not have. */
export function unknownMethodLine(id: JobId): string {
  return line({ id, result: null, error: { code: 20, msg: 'method not supported' } });
}
