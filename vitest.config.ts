import { defineConfig } from 'vitest/config';
import { alias, sharedThreads } from './vitest.unit.config.ts';

export default defineConfig({
  test: {
    coverage: { include: ['src/**'], reporter: ['text', 'html'] },
    projects: [
      './vitest.unit.config.ts',
      {
        resolve: { alias },
        test: {
          name: 'types',
          include: [],
          // The other errors are those of `npm run types`.
          typecheck: { enabled: true, only: true, ignoreSourceErrors: true, include: ['test/**/*.test-d.ts'] },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/support/built-package.ts',
          ...sharedThreads,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
