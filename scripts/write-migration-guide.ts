// Writes the tables of docs/migration/from-legacy.md from src/compat/mapping.ts; with --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './migration-tables.ts';

const file = new URL('../docs/migration/from-legacy.md', import.meta.url);
const text = readFileSync(file, 'utf8');
const fresh = withTables(text);
if (process.argv.includes('--check')) {
  if (fresh !== text) {
    console.error('docs/migration/from-legacy.md is not what src/compat/mapping.ts says; run npm run docs:migration');
    process.exitCode = 1;
  }
} else writeFileSync(file, fresh);
