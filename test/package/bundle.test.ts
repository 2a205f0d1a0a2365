import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, inject, it } from 'vitest';

/** Bundles a module for browsers as an application would, which fails on a `node:` import, and gives its size in bytes. */
async function gzippedSize(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: inject('consumer') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength;
}

it.each([
  // docs/decisions/0011-bundle-size.md
  ['UnifiedCircuitBreaker', 25_200],
  ['isCircuitBreakerOpenError', 500],
])('an application that imports only %s downloads at most %i bytes for it', async (name, most) => {
  const size = await gzippedSize(`export { ${name} } from 'unified-circuit-breaker';`);

  console.log(`${name}: ${size} bytes, minified and gzipped, of at most ${most}`);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(most);
});

it('nothing of the package runs, and nothing is downloaded, when it is imported and not used', async () => {
  expect(await gzippedSize(`import 'unified-circuit-breaker';`)).toBe(await gzippedSize(''));
});
