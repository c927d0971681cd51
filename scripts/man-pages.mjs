// Writes docs/man/ from the command table and the table of keys: npm run setup && node scripts/man-pages.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { GLOBAL_OPTIONS } from '../dist/js/commands/options.js';
import { COMMANDS } from '../dist/js/commands/table.js';
import { renderCommandManual } from '../dist/js/manual/commands.js';
import { renderConfigManual } from '../dist/js/manual/configuration.js';
import { VERSION } from '../dist/js/version.js';

const folder = new URL('../docs/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('pearlctl.1', folder),
  await renderCommandManual({ entries: COMMANDS, everywhere: GLOBAL_OPTIONS, version: VERSION }),
);
writeFileSync(new URL('pearlctl.ini.5', folder), renderConfigManual(VERSION));
