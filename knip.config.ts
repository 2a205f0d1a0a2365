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
  },
};

export default config;
