// Writes the version of package.json into src/core/version.ts.
import { readFileSync, writeFileSync } from 'node:fs';

const place = new URL('../src/core/version.ts', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const source = readFileSync(place, 'utf8');

writeFileSync(place, source.replace(/VERSION = '[^']*'/, `VERSION = '${version}'`));
console.log(`${version} written to src/core/version.ts`);
