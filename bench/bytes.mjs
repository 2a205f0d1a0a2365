// @ts-check
/** Prints what a breaker and a key of each given build take: `npm run bench:bytes -- A.mjs B.mjs`. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { jsonFrom } from './cases/child.mjs';

const builds = process.argv.slice(2);
if (builds.length === 0) {
  console.error('npm run bench:bytes -- BUILD.mjs…   (npm run bench:pairs -- --build B.mjs makes such a build)');
  process.exit(2);
}
for (const build of builds) {
  /** @type {import('./bytes-child.mjs').Bytes} */
  const { perBreaker, newKeyUs, newKeyP999Us } = await jsonFrom('bytes-child.mjs', [
    pathToFileURL(resolve(build)).href,
  ]);
  console.log(`${build}: ${perBreaker.toFixed(0)} bytes per fresh breaker`);
  console.log(`  a new key while 10,000 keys are open: ${newKeyUs.toFixed(1)} us, p99.9 ${newKeyP999Us.toFixed(0)} us`);
}
