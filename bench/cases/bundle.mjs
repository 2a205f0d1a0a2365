// @ts-check
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { libraries } from '../libraries/index.mjs';

/** @type {import('./case.mjs').Case} */
export const bundleCase = {
  id: 'bundle',
  title: 'Bundle size',
  about: 'The breaker alone, bundled and minified by esbuild, then gzipped.',
  columns: [
    { figure: 'minified', title: 'bytes minified', digits: 0 },
    { figure: 'gzipped', title: 'bytes gzipped', digits: 0 },
  ],
  async run({ onProgress }) {
    const rows = [];
    for (const [index, { name, bundleEntry }] of libraries.entries()) {
      if (bundleEntry !== null) rows.push({ name, figures: await sizesOf(bundleEntry) });
      onProgress((index + 1) / libraries.length);
    }
    return rows;
  },
};

/** @param {string} entry */
async function sizesOf(entry) {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    // The project's own path mappings would lead to the source; what users bundle is the package.
    tsconfigRaw: {},
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20',
    legalComments: 'none',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}
