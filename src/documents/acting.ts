// The documents of the commands that act on a running instance, and of every failure.
import type { PlanSummary } from '../service/plan/step.ts';
import type { Verification } from '../service/verify.ts';
import type { DocumentSpec, KeyTable } from './document.ts';

const VERSIONED: KeyTable = { schemaVersion: ['integer', 'The version of this document.'] };

const PAUSE: DocumentSpec = {
  command: 'pearlctl pause --json',
  about: 'Also of `pearlctl resume`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    paused: ['string | null', 'The reason of the pause now in force; null when there is none.'],
    heard: ['boolean', 'Whether a running supervisor took it over; otherwise it holds from the next start on.'],
    kept: ['boolean', 'Whether it outlives a restart.'],
  },
};

const SERVICE: DocumentSpec = {
  command: 'pearlctl reload --json',
  about:
    'With an installed service, also of `enable`, `disable`, `start`, `stop` and `restart`. Without one: only ' +
    '`schemaVersion` and what was done (`reloaded`, `active`).',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    scope: ['string', '`user` or `system`.'],
    instance: ['string | null', 'The name of a second, independent instance.'],
    loaded: ['boolean', 'Whether the manager knows the definition.'],
    enabled: ['boolean', 'Whether it starts by itself.'],
    blocked: ['boolean', 'Whether the administrator forbade it.'],
    active: ['string', 'In the words of systemd.'],
    pid: ['integer | null', 'The supervisor’s process.'],
    since: ['string | null', 'ISO 8601, UTC.'],
    lastExit: ['object | null', 'How it last ended: `code`, `signal`.'],
    restarts: ['integer', 'By the manager itself.'],
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

const VERIFICATION: Record<keyof Verification, KeyTable[string]> = {
  loaded: ['boolean', 'The manager knows the service.'],
  alive: ['boolean', 'Its process runs.'],
  ready: ['boolean', 'Gateway and miner answer.'],
  work: ['boolean', 'A job to mine on came.'],
  pid: ['integer | null', 'The supervisor’s process.'],
  reason: ['string | null', 'What is in the way.'],
  lines: ['array', 'The last log lines, when something is.'],
};

function inside(prefix: string, keys: KeyTable): KeyTable {
  return Object.fromEntries(Object.entries(keys).map(([key, entry]) => [`${prefix}.${key}`, entry]));
}

const INSTALL: DocumentSpec = {
  command: 'pearlctl install --yes --json',
  about:
    'Exit code 0 when it mines, 75 when it is installed and has no work yet. With `--dry-run` the plan alone. ' +
    '`start` and `restart` print the keys of `verification`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    plan: ['object', 'In words for people.'],
    ...inside('plan', SUMMARY),
    steps: ['array', 'What is done, in order; empty when all is in place.'],
    'steps[].kind': [
      'string',
      '`account`, `folder`, `file`, `secret`, `access`, `runtime`, `link` and others; what it needs beside it.',
    ],
    done: ['boolean', 'Whether it was carried out.'],
    verification: ['object', 'What it came to.'],
    ...inside('verification', VERIFICATION),
  },
};

const UNINSTALL: DocumentSpec = {
  command: 'pearlctl uninstall --yes --json',
  about: 'With `--dry-run` the same, and nothing is done.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    scope: ['string', '`user` or `system`.'],
    steps: ['array', 'What is removed.'],
    kept: ['array', 'What stays: configuration, state, logs.'],
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
    walletMadeUp: ['boolean', 'Whether the address is one of the devnet that nobody has a key of.'],
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
    'error.hint': ['string | null', 'What to type.'],
  },
};

export const ACTING_DOCUMENTS = {
  pause: PAUSE,
  service: SERVICE,
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
