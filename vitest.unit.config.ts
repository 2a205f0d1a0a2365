import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { aliases, entries } from './tsup.config.ts';

/** Tests import the package by its name and get the sources. */
export const alias = [...Object.keys(entries), ...Object.keys(aliases)].map((name) => ({
  find: new RegExp(name === 'index' ? '^unified-circuit-breaker$' : `^unified-circuit-breaker/${name}$`),
  replacement: fileURLToPath(new URL(entries[aliases[name] ?? name] ?? '', import.meta.url)),
}));

/** A worker for each file takes three times as long. `npm run test:isolated` checks that no file needs it. */
export const sharedThreads = { pool: 'threads', isolate: false, maxWorkers: availableParallelism() } as const;

/** The tests of behaviour. A file of its own, because mutation testing runs these and no others. */
export default defineConfig({
  resolve: { alias },
  test: {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: ['test/package/**'],
    setupFiles: ['test/support/fresh-process.ts', 'test/support/random.ts'],
    execArgv: ['--disable-warning=UCB_LEGACY_NAME'],
    ...sharedThreads,
    // Mutants of code that runs at import need a new worker.
    isolate: 'STRYKER_MUTATOR_WORKER' in process.env,
    // Long, so that no test fails because a machine is slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
