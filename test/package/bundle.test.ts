import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, inject, it } from 'vitest';
import { entries } from '../../tsup.config.ts';

/** Bundles a module for browsers as an application would, which fails on a `node:` import. */
async function bundled(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: inject('consumer') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** The size of a bundle in bytes, as it is downloaded. */
const gzippedSize = async (contents: string): Promise<number> => gzipSync(await bundled(contents), { level: 9 })
  .byteLength;

it.each([
  // docs/decisions/0011-bundle-size.md
  ['UnifiedCircuitBreaker', 30_200],
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

it.each([...Object.keys(entries), 'compat/utils'].filter((name) => name.startsWith('compat')))(
  '%s costs nothing when it is imported and not used',
  async (name) => {
    expect(await gzippedSize(`import 'unified-circuit-breaker/${name}';`)).toBe(await gzippedSize(''));
  },
);

it('an application that uses no legacy name downloads nothing of them', async () => {
  const bundle = new TextDecoder().decode(await bundled(`export * from 'unified-circuit-breaker';`));

  expect(bundle).not.toContain('compat');
  expect(bundle).not.toContain('UCB_LEGACY_NAME');
  expect(new TextDecoder().decode(await bundled(`export * from 'unified-circuit-breaker/compat/core';`)))
    .toContain('UCB_LEGACY_NAME');
});
