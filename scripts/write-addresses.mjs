// Copies the addresses of addresses.json into package.json before a release. A maintainer fills them in once.
import { readFileSync, writeFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const addresses = read('addresses.json');
const missing = Object.keys(addresses).filter((name) => typeof addresses[name] !== 'string');
if (missing.length > 0) {
  console.error(`addresses.json must have a URL for ${missing.join(', ')} before a release.`);
  process.exit(1);
}
writeFileSync(
  new URL('../package.json', import.meta.url),
  `${JSON.stringify({ ...read('package.json'), ...addresses }, null, 2)}\n`,
);
