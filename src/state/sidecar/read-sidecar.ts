// Reading sidecar and stats: every way in which the files can be wrong is a value with a clear word, never an exception.
// The checks are written by hand, since `status` has to answer within 1.3 times the start of a bare Node and the schema
// library alone would cost most of that; `test/sidecar` fuzzes them.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../../base/errors.ts';
import { count, type Fields, isCount, object, pid, text } from '../../base/json-fields.ts';
import {
  CHILD_STATES,
  type ChildStateName,
  type LastExit,
  SIDECAR_STATES,
  type Sidecar,
  type SidecarChild,
  type SidecarService,
  type SidecarShape,
  type SidecarState,
} from './sidecar-record.ts';

/** A sidecar is about 3 kB; anything far beyond was not written by us. */
const MAX_BYTES = 256 * 1024;

/**
 * What was found in place of the file; `detail` goes on after "the sidecar …".
 * `broken`: not JSON, or cut off. `foreign`: JSON of somebody else (a mirror, another provider's session).
 */
export type Reading<T> =
  | { kind: 'valid'; value: T }
  | { kind: 'missing' }
  | { kind: 'unreadable' | 'empty' | 'broken' | 'foreign'; detail: string };

export function readSidecar(path: string): Reading<Sidecar> {
  return readWith(path, sidecarFrom);
}

/** Reads a bounded regular file and checks it; `check` returns the value, or a sentence about what is foreign in it. */
export function readWith<T>(path: string, check: (fields: Fields) => T | string): Reading<T> {
  let content: string;
  try {
    content = readBounded(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'missing' };
    if (errno === undefined) return { kind: 'foreign', detail: (error as Error).message };
    return { kind: 'unreadable', detail: `cannot be read (${errno})` };
  }
  return parseWith(content, check);
}

/** Parses the text of a sidecar; exported for the tests that feed it everything but a sidecar. */
export function parseSidecar(content: string): Reading<Sidecar> {
  return parseWith(content, sidecarFrom);
}

export function parseWith<T>(content: string, check: (fields: Fields) => T | string): Reading<T> {
  if (content.trim() === '') return { kind: 'empty', detail: 'is empty' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { kind: 'broken', detail: 'is not complete JSON' };
  }
  const fields = object(parsed);
  if (fields === null) return { kind: 'foreign', detail: 'is not ours: it holds no object' };
  const value = check(fields);
  return typeof value === 'string' ? { kind: 'foreign', detail: value } : { kind: 'valid', value };
}

/** Reads at most `MAX_BYTES` of a regular file; a fifo, a device or a folder in its place is refused, not waited on. */
function readBounded(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new Error('is not a regular file');
    if (facts.size > MAX_BYTES) throw new Error(`is not ours: it has ${facts.size} bytes`);
    const buffer = Buffer.alloc(facts.size);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function sidecarFrom(fields: Fields): Sidecar | string {
  const schema = fields.schema;
  if (!isCount(schema) || schema < 1) return 'is not ours: it has no schema number';
  const state = SIDECAR_STATES.find((name) => name === fields.state) as SidecarState | undefined;
  const children = object(fields.children);
  const gateway = children === null ? null : childFrom(children.gateway);
  const miner = children === null ? null : childFrom(children.miner);
  const supervisor = supervisorFrom(fields.supervisor);
  if (state === undefined) return 'has a state that this version does not know';
  if (gateway === null || miner === null) return 'describes its children in another way';
  if (supervisor === undefined) return 'describes its supervisor in another way';
  return {
    provider: text(fields.provider) ?? '',
    started_at: typeof fields.started_at === 'number' ? fields.started_at : 0,
    wallet_address: text(fields.wallet_address) ?? '',
    gateway_url: text(fields.gateway_url) ?? '',
    metrics_url: text(fields.metrics_url) ?? '',
    gateway_pid: pid(fields.gateway_pid),
    miner_loop_pid: pid(fields.miner_loop_pid),
    schema,
    version: text(fields.version) ?? '',
    instance: text(fields.instance),
    network: text(fields.network) ?? '',
    state,
    state_reason: text(fields.state_reason),
    updated_at: text(fields.updated_at) ?? '',
    supervisor,
    children: { gateway, miner },
    gateway_kind: text(fields.gateway_kind) ?? '',
    dashboard_url: text(fields.dashboard_url),
    shape: shapeFrom(fields.shape),
    control_socket: text(fields.control_socket),
    config_file: text(fields.config_file),
    config_in_force: digestsFrom(fields.config_in_force),
    service: serviceFrom(fields.service),
  };
}

/** Null is an attached session; undefined is nonsense. */
function supervisorFrom(value: unknown): Sidecar['supervisor'] | undefined {
  if (value === null) return null;
  const fields = object(value);
  const number = pid(fields?.pid);
  const identity = text(fields?.identity);
  return number === null || identity === null ? undefined : { pid: number, identity };
}

function childFrom(value: unknown): SidecarChild | null {
  const fields = object(value);
  const state = CHILD_STATES.find((name) => name === fields?.state) as ChildStateName | undefined;
  if (fields === null || state === undefined) return null;
  return {
    pid: pid(fields.pid),
    identity: text(fields.identity),
    state,
    restarts: count(fields.restarts),
    last_exit: lastExitFrom(fields.last_exit),
  };
}

function lastExitFrom(value: unknown): LastExit | null {
  const fields = object(value);
  if (fields === null) return null;
  return {
    code: typeof fields.code === 'number' ? fields.code : null,
    signal: text(fields.signal),
    at: text(fields.at) ?? '',
    lines: Array.isArray(fields.lines) ? fields.lines.filter((line) => typeof line === 'string').slice(-20) : [],
  };
}

function shapeFrom(value: unknown): SidecarShape | null {
  const fields = object(value);
  if (fields === null) return null;
  const { m, n, k, rank } = fields;
  if (!isCount(m) || !isCount(n) || !isCount(k) || !isCount(rank)) return null;
  return { preset: text(fields.preset) ?? 'custom', m, n, k, rank };
}

/** Far more than there are keys. */
const MAX_DIGESTS = 1000;

function digestsFrom(value: unknown): Record<string, string> | null {
  const fields = object(value);
  if (fields === null) return null;
  const digests = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(digests.slice(0, MAX_DIGESTS));
}

function serviceFrom(value: unknown): SidecarService | null {
  const fields = object(value);
  const manager = text(fields?.manager);
  if (fields === null || manager === null) return null;
  return {
    manager,
    enabled: fields.enabled === true,
    active: fields.active === true,
    starts_at: text(fields.starts_at) ?? 'never',
    drift: Array.isArray(fields.drift) ? fields.drift.filter((item) => typeof item === 'string') : [],
  };
}
