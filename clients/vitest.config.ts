import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'clients',
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.test.ts'],
    // Each file writes a row of the same table.
    fileParallelism: process.env['UPDATE'] !== '1',
    // Some clients are slow to load, and retry or reconnect with waits of their own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
