// What may be said over the control socket, as JSON-RPC 2.0 methods: `status`, `pause`, `resume`, `reload`, `stop`. One version
// number covers them all; keys are only ever added.
import { smallInteger } from '../../protocol/jsonrpc/exact-integer.ts';
import type { JsonObject, JsonValue } from '../../protocol/jsonrpc/lossless-json.ts';
import { invalidParams, RPC_CODE, type RpcOutcome, type RpcRequest } from '../../protocol/jsonrpc/rpc-message.ts';
import type { Wish } from '../../state/paused.ts';

export const CONTROL_VERSION = 1;

const CONTROL_COMMANDS = ['status', 'pause', 'resume', 'reload', 'stop'] as const;
export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

/** What a supervisor does for each command; the result goes back as it is. */
export type ControlActions = {
  status(): JsonValue;
  /** The reason is shown as the pause reason. */
  pause(wish: Wish): JsonValue;
  resume(): JsonValue;
  reload(): Promise<JsonValue>;
  /** `now`: without the block that is being finished. */
  stop(now: boolean): JsonValue;
};

const MAX_REASON_CHARACTERS = 100;

/** Checks a request and carries it out. A command that this version does not know is the client's newer version. */
export async function answerControl(request: RpcRequest, actions: ControlActions): Promise<RpcOutcome> {
  const { version, reason = 'user', until, now = false } = request.params;
  if (version !== undefined && smallInteger(version, 0, 999) !== CONTROL_VERSION) {
    return invalidParams(`this supervisor speaks version ${CONTROL_VERSION}`);
  }
  if (typeof reason !== 'string' || reason === '' || reason.length > MAX_REASON_CHARACTERS) {
    return invalidParams(`reason has 1 to ${MAX_REASON_CHARACTERS} characters`);
  }
  if (typeof now !== 'boolean') return invalidParams('now is true or false');
  const untilMs = until === undefined ? null : Date.parse(typeof until === 'string' ? until : '');
  if (Number.isNaN(untilMs)) return invalidParams('until is a moment in ISO 8601');
  const command = CONTROL_COMMANDS.find((name) => name === request.method);
  switch (command) {
    case 'status':
      return { ok: true, result: actions.status() };
    case 'pause':
      return { ok: true, result: actions.pause({ reason, untilMs }) };
    case 'resume':
      return { ok: true, result: actions.resume() };
    case 'reload':
      return { ok: true, result: await actions.reload() };
    case 'stop':
      return { ok: true, result: actions.stop(now) };
    case undefined:
      return { ok: false, failure: { code: RPC_CODE.unknownMethod, message: 'unknown command' } };
  }
}

/** A value of ours as JSON would carry it: what JSON does not know is left out. */
export function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
