// pearlctl.ini(5): every section and key, from the table that reads them.

import { defaultOf, type Key, whenUnset } from '../../src/config/key.ts';
import { isOverride, sectionTitle, TABLE } from '../../src/config/key-names.ts';
import { EFFECT_WORDS } from './configuration-reference.ts';
import { MANUAL_DATE } from './manual-date.ts';
import { definition, heading, page, paragraph, seeAlso, subheading, title } from './roff.ts';

const FILES: readonly (readonly [string, string])[] = [
  ['$XDG_CONFIG_HOME/pearlctl/pearlctl.ini', 'Linux, user scope (~/.config without that variable).'],
  ['/etc/pearlctl/pearlctl.ini', 'Linux, system scope.'],
  ['~/Library/Application Support/pearlctl/pearlctl.ini', 'macOS, user scope.'],
  ['/Library/Application Support/pearlctl/pearlctl.ini', 'macOS, system scope.'],
  ['$PEARLCTL_HOME/pearlctl.ini', 'Wherever that variable is set.'],
];

export function renderConfigManual(version: string): string {
  return page([
    title('pearlctl.ini', 5, version, MANUAL_DATE),
    heading('NAME'),
    'pearlctl.ini \\- configuration of pearlctl',
    heading('DESCRIPTION'),
    paragraph(
      'One "key = value" on a line, under its [section]. A key with [] may come several times, in order. A semicolon or a ' +
        'number sign begins a comment, at the start of a line or after white space; a value with one of them, a quote or a ' +
        'backslash in it stands in double quotes. Unknown sections and keys are errors, and pearlctl does not start until ' +
        'they are mended: pearlctl config validate shows them all.',
    ),
    paragraph(
      'Passwords are not in this file: keys that end in _env name a variable, keys that end in _file a file of mode 0600. ' +
        'Sizes are binary (512M), durations have their unit (500ms, 1s, 10m, 2h).',
    ),
    ...[...TABLE].flatMap(([name, section]) => [
      heading(name === '' ? 'BEFORE ANY SECTION' : sectionTitle(name, section)),
      paragraph(section.doc),
      ...Object.entries(isOverride(name, section) ? {} : section.keys).map(([key, row]) => describe(key, row)),
    ]),
    heading('FILES'),
    ...FILES.map(([path, words]) => definition(path, words)),
    heading('EXAMPLE'),
    subheading('Mining with a pool'),
    '.nf\nnetwork = mainnet\n\n[miner]\nwallet = prl1p\\&...\n\n[pool]\nurl[] = stratum+ssl://pool.example.com:3333\n.fi',
    heading('SEE ALSO'),
    seeAlso([['pearlctl', 1]]),
  ]);
}

function describe(name: string, key: Key): string {
  const usual = defaultOf(key) ?? whenUnset(key) ?? '';
  const tail = usual === '' ? '' : ` Default: ${usual}.`;
  return definition(
    `${name}${key.list ? '[]' : ''}`,
    `${key.doc} Value: ${key.kind.what}.${tail} A change takes ${EFFECT_WORDS[key.effect]}. Example: ${key.example}`,
  );
}
