// How we introduce ourselves to a pool, and what a submit says about us: pure, one function per message.
import { type ExactNumber, type JsonValue, stringifyJson } from '../../../protocol/jsonrpc/lossless-json.ts';
import type { LoginForm } from './login-plan.ts';

/** The account, as one `[pool]` section says it. The password never appears in logs, errors or status. */
export interface Account {
  /** The checked payout address; not used where `login` is set. */
  readonly wallet: string;
  readonly worker: string;
  /** Stands for the address, unchecked (`solo:…`, account names), and is sent so; some pools get the worker behind it. */
  readonly login: string | null;
  readonly pass: string;
}

/** A pool's name of a job, returned exactly as it came: a string, or a number of any length. */
export type JobId = string | ExactNumber;

/** How these pools read the worker's name out of the wallet; the others take it from `worker`. */
const JOINED: readonly { readonly domain: string; readonly worker: RegExp; readonly tail: RegExp }[] = [
  // Already in it: `krx….rig` or `krx…/rig`.
  { domain: 'kryptex.network', worker: /[./][^./]+$/, tail: /$/ },
  // `COIN:address.worker#referral`, or `?ref=` for the `#`.
  { domain: 'unmineable.com', worker: /\.[^.#?]+(?:[#?].*)?$/, tail: /(?=[#?])|$/ },
];

/** These want wallet and worker in each submit; the others know them from the login. */
const NAMED_IN_SUBMITS = ['k1pool.com', 'k1pool.org'];

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function joinedAt(host: string) {
  return JOINED.find(({ domain }) => isWithin(host, domain));
}

/** Address or account, and the worker, as one name: `prl1p….rig1`. A raw login that has its worker stays as it is. */
function userName({ login, wallet, worker }: Account, host: string): string {
  const joined = joinedAt(host);
  if (login === null) return `${wallet}.${worker}`;
  return joined === undefined || joined.worker.test(login) ? login : login.replace(joined.tail, `.${worker}`);
}

function line(message: JsonValue): string {
  return `${stringifyJson(message)}\n`;
}

/** `mining.subscribe`, for the pools that want it first. */
export function subscribeLine(id: number, agent: string): string {
  return line({ id, jsonrpc: '2.0', method: 'mining.subscribe', params: [agent] });
}

/** A sign of life, for pools that hang up on a silent client; never a repeated login, for which one pool bans. */
export function pingLine(id: number): string {
  return line({ id, jsonrpc: '2.0', method: 'mining.ping', params: [] });
}

/** The login, as one line. `agent` is `name/version`. */
export function loginLine(id: number, account: Account, host: string, form: LoginForm, agent: string): string {
  const isJoined = joinedAt(host) !== undefined;
  const params = form.endsWith('array')
    ? [userName(account, host), account.pass]
    : {
        wallet: isJoined ? userName(account, host) : (account.login ?? account.wallet),
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

function submitter(account: Account, host: string): Record<string, string> {
  if (joinedAt(host) !== undefined) return { worker: userName(account, host) };
  const isNamed = NAMED_IN_SUBMITS.some((domain) => isWithin(host, domain));
  return isNamed ? { wallet: account.login ?? account.wallet, worker: account.worker } : {};
}

export function submitLine(id: number, account: Account, host: string, fields: SubmitFields): string {
  return line({
    id,
    jsonrpc: '2.0',
    method: 'mining.submit',
    params: {
      ...submitter(account, host),
      job_id: fields.jobId,
      plain_proof: fields.proof,
      ...(fields.macsPerSecond === null ? {} : { hs: Math.round(fields.macsPerSecond) }),
    },
  });
}

export function pongLine(id: JobId): string {
  return line({ id, result: 'pong', error: null });
}

/** The answer to a request that this dialect does not have. */
export function unknownMethodLine(id: JobId): string {
  return line({ id, result: null, error: { code: 20, msg: 'method not supported' } });
}
