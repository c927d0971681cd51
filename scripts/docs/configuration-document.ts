// The documents of `config` and its actions.
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const PROBLEM = (list: string): KeyTable => ({
  [`${list}[].code`]: ['string', 'Stable.'],
  [`${list}[].key`]: ['string | null', 'The key, as `section.key`.'],
  [`${list}[].line`]: ['integer | null', 'The line of the file.'],
  [`${list}[].message`]: ['string', 'What is wrong, in a sentence.'],
  [`${list}[].hint`]: ['string | null', 'What to type.'],
});

const ORIGIN: KeyTable = {
  key: ['string', '`section.key`.'],
  value: ['string | array | null', 'As the file would spell it; a list for a key that may come several times.'],
  origin: ['string', '`file` or `default`.'],
  line: ['integer | null', 'The line of the file that sets it.'],
};

const CONFIG_SHOW: DocumentSpec = {
  command: 'pearlctl config show --json',
  about: 'With `--effective` also the keys that have their default.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    keys: ['array', 'One item for each key.'],
    ...Object.fromEntries(Object.entries(ORIGIN).map(([name, entry]) => [`keys[].${name}`, entry])),
  },
};

const CONFIG_GET: DocumentSpec = {
  command: 'pearlctl config get KEY --json',
  about: 'Exit code 1 where neither the file nor a default says anything.',
  schemaVersion: 1,
  keys: { ...VERSIONED, ...ORIGIN },
};

const CONFIG_VALIDATE: DocumentSpec = {
  command: 'pearlctl config validate --json',
  about: 'Exit code 0 for a valid file, 78 otherwise.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    valid: ['boolean', 'Whether it could be started with.'],
    problems: ['array', 'All that is wrong with it.'],
    ...PROBLEM('problems'),
  },
};

const CONFIG_CHANGE: DocumentSpec = {
  command: 'pearlctl config set KEY VALUE --json',
  about: 'Also of `config unset`.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    path: ['string', 'The file.'],
    changed: ['boolean', 'Whether it was written.'],
    changes: ['string', 'The difference, as lines with `-` and `+`.'],
    remaining: ['array', 'What was wrong with it before, and still is.'],
    ...PROBLEM('remaining'),
  },
};

export const CONFIGURATION_DOCUMENTS = {
  configShow: CONFIG_SHOW,
  configGet: CONFIG_GET,
  configValidate: CONFIG_VALIDATE,
  configChange: CONFIG_CHANGE,
} as const satisfies Record<string, DocumentSpec>;
