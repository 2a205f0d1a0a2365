// Builds `dist`, unless it is complete and newer than its sources.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import config, { entries } from '../tsup.config.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** NaN for a missing file, because every comparison with it is false. */
function changedAt(path: string): number {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}

// The list includes folders, because their time changes when a file is deleted.
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((path) => join('src', path));
const configuration = ['tsup.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];
const inputs = ['src', ...sources, ...configuration];
const outputs = Object.keys(entries).flatMap((name) =>
  ['js', 'cjs', 'd.ts', 'd.cts'].map((extension) => `dist/${name}.${extension}`),
);

if (Math.min(...outputs.map(changedAt)) > Math.max(...inputs.map(changedAt))) {
  console.log('dist is newer than the sources.');
} else {
  console.log('Building dist …');
  await build({ ...config, config: false, silent: true });
}
