// Writes docs/json.md from the descriptions of the documents: npm run setup && node scripts/json-docs.mjs
import { writeFileSync } from 'node:fs';
import { renderJsonPage } from '../dist/js/cli/documents/json-page.js';

writeFileSync(new URL('../docs/json.md', import.meta.url), renderJsonPage());
