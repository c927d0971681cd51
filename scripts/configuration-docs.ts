// Writes docs/configuration.md from the table of keys: npm run setup && node scripts/configuration-docs.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderReference } from '../dist/js/config/reference.js';

const folder = new URL('../docs/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('configuration.md', folder), renderReference());
