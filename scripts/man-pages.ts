// Writes docs/man/ from the command table and the table of keys: npm run setup && node scripts/man-pages.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { VERSION } from '../dist/js/base/version.js';
import { COMMANDS } from '../dist/js/cli/command-table.js';
import { GLOBAL_OPTIONS } from '../dist/js/cli/global-options.js';
import { renderCommandManual } from '../dist/js/cli/manual/command-pages.js';
import { renderConfigManual } from '../dist/js/cli/manual/configuration-page.js';

const folder = new URL('../docs/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('pearlctl.1', folder),
  await renderCommandManual({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION }),
);
writeFileSync(new URL('pearlctl.ini.5', folder), renderConfigManual(VERSION));
