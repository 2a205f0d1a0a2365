import type { KnipConfig } from 'knip';
import { entries } from './tsup.config.ts';

const config: KnipConfig = {
  entry: [...Object.values(entries), 'examples/**/*.ts', 'bench/**/*.mjs', 'scripts/*.mjs', 'simulate/{main,worker}.ts'],
  project: ['{src,test,examples,bench,scripts,simulate}/**/*.{ts,mjs}'],
};

export default config;
