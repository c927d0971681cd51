// The documents of the commands that act on a running instance, and of every failure.
import type { PlanSummary } from '../../src/service/plan/plan-summary.ts';
import type { Verification } from '../../src/service/verify-service.ts';
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const PAUSE: DocumentSpec = {
  command: 'pearlctl pause --json',
  about: 'Also of `pearlctl resume`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    paused: ['string | null', 'The reason of the pause now in force; null when there is none.'],
    until: ['string | null', 'When the pause ends by itself: ISO 8601, UTC; null without an end.'],
    resting: ['string | null', 'Why the miner rests although the pause is over, in words; null where it does not.'],
    heard: ['boolean', 'Whether a running supervisor took it over; otherwise it holds from the next start on.'],
    kept: ['boolean', 'Whether it outlives a restart.'],
  },
};

const SERVICE: DocumentSpec = {
  command: 'pearlctl reload --json',
  about: 'With an installed service; also of `enable`, `disable` and `stop`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    scope: ['string', '`user` or `system`.'],
    instance: ['string | null', 'The name of a second, independent instance.'],
    loaded: ['boolean', 'Whether the manager knows the definition.'],
    fragment: ['string', 'The file that systemd took the definition from; absent where it knows none.'],
    dropIns: ['array', 'Files that change the unit, and are in force; absent without any.'],
    'dropIns[]': ['string', 'One of them.'],
    output: ['string', 'Where systemd has the output go, as StandardOutput= says it; absent with launchd.'],
    logNamespace: ['string', 'The namespace of the journal; absent without one.'],
    enabled: ['boolean', 'Whether it starts by itself.'],
    blocked: ['boolean', 'Whether the administrator forbade it.'],
    active: ['string', '`active`, `activating`, `deactivating`, `inactive` or `failed`.'],
    pid: ['integer | null', 'The supervisor’s process.'],
    since: ['string | null', 'ISO 8601, UTC.'],
    lastExit: ['object | null', 'How it last ended.'],
    'lastExit.code': ['integer | null', 'Its exit code.'],
    'lastExit.signal': ['string | null', 'The signal that ended it.'],
    restarts: ['integer', 'By the manager itself.'],
    failure: ['string | null', 'The manager’s own word for one, such as `watchdog`; null when all is well.'],
  },
};

const RELOAD_DIRECTLY: DocumentSpec = {
  command: 'pearlctl reload --json, without a service',
  about: 'Of a supervisor that was started by hand.',
  schemaVersion: 1,
  keys: { ...VERSIONED, reloaded: ['boolean', 'Whether the configuration is in force.'] },
};

const STOP_DIRECTLY: DocumentSpec = {
  command: 'pearlctl stop --json, without a service',
  about: 'Of a supervisor that was started by hand, or of an attached gateway, which is let go.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    active: ['string', '`inactive`.'],
    lostBlockSeconds: [
      'integer | null',
      'For how long the certificate of the block had been made that `--now` gave up; null where there was none.',
    ],
  },
};

/** The compiler holds these to what they describe. */
const SUMMARY: Record<keyof PlanSummary, KeyTable[string]> = {
  action: ['string', '`install`, `upgrade`, `downgrade`, `update` or `none`.'],
  from: ['string | null', 'The version that is installed now.'],
  version: ['string', 'The version that would be.'],
  service: ['string', 'Its name.'],
  runsAs: ['string', 'The account.'],
  starts: ['string', 'When it starts by itself.'],
  cost: ['string', 'What it takes of the machine.'],
  undo: ['string', 'What takes it back.'],
  definitionFile: ['string', 'The unit or property list.'],
  nodeNote: ['string', 'Which Node runs it.'],
  notes: ['array', 'What else should be known.'],
};

const LAST_LINE: KeyTable[string] = ['string', 'One of them.'];

const VERIFICATION: Record<keyof Verification, KeyTable[string]> = {
  loaded: ['boolean', 'The manager knows the service.'],
  alive: ['boolean', 'Its process runs.'],
  ready: ['boolean', 'Gateway and miner answer.'],
  outdatedRules: ['boolean', 'The network asks for certificates that this version cannot make: waiting does not help.'],
  work: ['boolean', 'A job to mine on came.'],
  pid: ['integer | null', 'The supervisor’s process.'],
  rest: ['string | null', 'Why it does not mine now although it has work.'],
  reason: ['string | null', 'What is in the way.'],
  lines: ['array', 'The last log lines, when something is.'],
};

function inside(prefix: string, keys: KeyTable): KeyTable {
  return Object.fromEntries(Object.entries(keys).map(([key, entry]) => [`${prefix}.${key}`, entry]));
}

const INSTALL: DocumentSpec = {
  command: 'pearlctl install --yes --json',
  about: 'Exit code 0 when it mines, 75 when it is installed and has no work yet. With `--dry-run` the plan alone.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    plan: ['object', 'In words for people.'],
    ...inside('plan', SUMMARY),
    'plan.notes[]': ['string', 'One of them.'],
    steps: ['array', 'What is done, in order; empty when all is in place.'],
    'steps[].kind': [
      'string',
      '`account`, `folder`, `file`, `secret`, `access`, `runtime`, `link` and others; what it needs beside it.',
    ],
    done: ['boolean', 'Whether it was carried out.'],
    verification: ['object', 'What it came to.'],
    ...inside('verification', VERIFICATION),
    'verification.lines[]': LAST_LINE,
  },
};

const START: DocumentSpec = {
  command: 'pearlctl start --json',
  about: 'Also of `restart`. Exit code 0 when it mines, 75 when it runs and has no work yet.',
  schemaVersion: 1,
  keys: { ...VERSIONED, ...VERIFICATION, 'lines[]': LAST_LINE },
};

const UNINSTALL: DocumentSpec = {
  command: 'pearlctl uninstall --yes --json',
  about: 'With `--dry-run` the same, and nothing is done.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    scope: ['string', '`user` or `system`.'],
    steps: ['array', 'What is removed, in order.'],
    'steps[].kind': ['string', '`stop`, `disable`, `file`, `tree`, `account` and others; what it needs beside it.'],
    kept: ['array', 'What stays: configuration, state, logs.'],
    'kept[]': ['string', 'A file or folder.'],
    done: ['boolean', 'Whether it is gone.'],
  },
};

const INIT: DocumentSpec = {
  command: 'pearlctl init --yes --json',
  about: 'When the file is written.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    changed: ['boolean', 'Whether it was written.'],
    changes: ['string', 'The difference, as lines with `-` and `+`.'],
    backup: ['string | null', 'Where the file before is kept, if it was changed.'],
    walletMadeUp: ['boolean', 'Whether the address is a made-up one of the devnet, without a key.'],
    calibration: ['object | null', 'As `pearlctl calibrate --json` has it, where the machine was measured.'],
  },
};

const RENDER: DocumentSpec = {
  command: 'pearlctl render systemd --json',
  about: 'Also of `render launchd`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    manager: ['string', '`systemd` or `launchd`.'],
    file: ['string', 'Where `install` would put it.'],
    text: ['string', 'The unit or property list.'],
  },
};

const COMPLETION: DocumentSpec = {
  command: 'pearlctl completion bash --json',
  about: 'Also of `zsh` and `fish`.',
  schemaVersion: 1,
  keys: { ...VERSIONED, shell: ['string', 'The shell.'], script: ['string', 'To be put where it looks for such.'] },
};

const DEMO: DocumentSpec = {
  command: 'pearlctl demo --json',
  about: 'At its end.',
  schemaVersion: 1,
  keys: { ...VERSIONED, blocks: ['integer', 'That were accepted.'], seconds: ['number', 'That it took.'] },
};

const ATTACH: DocumentSpec = {
  command: 'pearlctl attach … --json',
  about: 'When the gateway is noted down.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    gatewayUrl: ['string', '`http://HOST:PORT` or `unix:PATH`.'],
    sidecar: ['string', 'The file that it was noted in.'],
  },
};

const DETACH: DocumentSpec = {
  command: 'pearlctl detach --json',
  about: 'Exit code 0 in both cases.',
  schemaVersion: 1,
  keys: { ...VERSIONED, detached: ['boolean', 'Whether there was anything to let go.'] },
};

const FAILURE: DocumentSpec = {
  command: 'Any command that fails, with --json',
  about: 'On standard error; standard output stays empty. The exit code says whether trying again makes sense.',
  schemaVersion: null,
  keys: {
    error: ['object', 'What happened.'],
    'error.code': ['string', 'Stable, in capitals: `USAGE`, `NOT_RUNNING`, `CONFIG_INVALID` and others.'],
    'error.message': ['string', 'In a sentence, for people; nothing should compare it.'],
    'error.hint': ['string | null', 'What to do about it, for people.'],
    'error.command': ['array | null', 'The command of it that a program can run; null where there is none.'],
    'error.command[]': ['string', 'One word of it.'],
  },
};

export const ACTING_DOCUMENTS = {
  pause: PAUSE,
  service: SERVICE,
  start: START,
  reloadDirectly: RELOAD_DIRECTLY,
  stopDirectly: STOP_DIRECTLY,
  attach: ATTACH,
  detach: DETACH,
  init: INIT,
  install: INSTALL,
  uninstall: UNINSTALL,
  render: RENDER,
  completion: COMPLETION,
  demo: DEMO,
  failure: FAILURE,
} as const satisfies Record<string, DocumentSpec>;
