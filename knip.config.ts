import type { KnipConfig } from 'knip';
import { entries } from './tsup.config.ts';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        ...Object.values(entries), 'examples/**/*.ts', 'bench/**/*.mjs', 'scripts/*.mjs', 'simulate/{main,worker}.ts',
      ],
      project: ['{src,test,examples,bench,scripts,simulate}/**/*.{ts,mjs}'],
    },
    // Has its own dependencies: the clients.
    clients: { entry: ['*.test.ts'], project: ['**/*.ts'] },
    // Has its own dependencies: the runtimes and test runners.
    runtimes: {
      entry: ['**/*.test.{js,mjs}', 'workerd/worker.mjs', 'chromium/page.mjs', 'vitest/vitest.config.ts'],
      project: ['**/*.{js,mjs,ts}'],
      // `run.mjs` starts them by their paths.
      ignoreDependencies: ['bun', 'deno', 'jest'],
      // Chromium is a package of the system.
      ignoreBinaries: ['chromium', 'apt-get'],
    },
    frameworks: { entry: ['*.test.ts'], project: ['**/*.ts'] },
  },
};

export default config;
