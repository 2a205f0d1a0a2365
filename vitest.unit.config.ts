import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests import the package by its name and get the sources. */
export const alias = {
  'unified-circuit-breaker/presets': source('presets/index.ts'),
  'unified-circuit-breaker/testing': source('testing/index.ts'),
  'unified-circuit-breaker': source('index.ts'),
};

/** The tests of behaviour. A file of its own, because mutation testing runs these and no others. */
export default defineConfig({
  resolve: { alias },
  // Long, so that no test fails because a machine is slow.
  test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/package/**'], setupFiles: ['test/support/random.ts'], execArgv: ['--disable-warning=UCB_LEGACY_NAME'], testTimeout: 60_000 },
});
