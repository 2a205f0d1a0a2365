import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { entries } from './tsup.config.ts';

/** Tests import the package by its name and get the sources. */
export const alias = Object.entries(entries).map(([name, source]) => ({
  find: new RegExp(name === 'index' ? '^unified-circuit-breaker$' : `^unified-circuit-breaker/${name}$`),
  replacement: fileURLToPath(new URL(source, import.meta.url)),
}));

/** The tests of behaviour. A file of its own, because mutation testing runs these and no others. */
export default defineConfig({
  resolve: { alias },
  // Long, so that no test fails because a machine is slow.
  test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/package/**'], setupFiles: ['test/support/random.ts'], execArgv: ['--disable-warning=UCB_LEGACY_NAME'], testTimeout: 60_000 },
});
