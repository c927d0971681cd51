// `npm run docs`: writes the pages that are made from tables of the program: docs/configuration.md, docs/json-reference.md and
// docs/man. Tests hold the pages to what is written here.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { VERSION } from '../src/base/version.ts';
import { COMMANDS } from '../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../src/cli/global-options.ts';
import { renderCommandManuals } from './docs/command-manual.ts';
import { renderConfigManual } from './docs/configuration-manual.ts';
import { renderReference } from './docs/configuration-reference.ts';
import { renderJsonReference } from './docs/json-page.ts';

mkdirSync('docs/man', { recursive: true });
writeFileSync('docs/configuration.md', renderReference());
writeFileSync('docs/json-reference.md', renderJsonReference());
const manuals = await renderCommandManuals({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION });
for (const name of readdirSync('docs/man')) if (name.endsWith('.1')) rmSync(`docs/man/${name}`);
for (const [name, text] of manuals) writeFileSync(`docs/man/${name}.1`, text);
writeFileSync('docs/man/pearlctl.ini.5', renderConfigManual(VERSION));
