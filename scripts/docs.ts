// `npm run docs`: writes the pages that are made from tables of the program: docs/configuration.md, docs/json.md and docs/man.
// Tests hold the pages to what is written here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { VERSION } from '../src/base/version.ts';
import { COMMANDS } from '../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../src/cli/global-options.ts';
import { renderCommandManual } from './docs/command-manual.ts';
import { renderConfigManual } from './docs/configuration-manual.ts';
import { renderReference } from './docs/configuration-reference.ts';
import { renderJsonPage } from './docs/json-page.ts';

mkdirSync('docs/man', { recursive: true });
writeFileSync('docs/configuration.md', renderReference());
writeFileSync('docs/json.md', renderJsonPage());
writeFileSync(
  'docs/man/pearlctl.1',
  await renderCommandManual({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION }),
);
writeFileSync('docs/man/pearlctl.ini.5', renderConfigManual(VERSION));
