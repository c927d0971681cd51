// The documents of the commands that act on a running instance, and of every failure.
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
  failure: FAILURE,
} as const satisfies Record<string, DocumentSpec>;
