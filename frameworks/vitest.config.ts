import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The built package. The types are those of the sources, which `tsc` checks.
  resolve: {
    alias: { 'unified-circuit-breaker': fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
  },
  test: {
    name: 'frameworks',
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
