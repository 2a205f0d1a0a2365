import type { KnipConfig } from 'knip';
import { entries } from './tsup.config.ts';

const config: KnipConfig = {
  entry: [...Object.values(entries), 'examples/**/*.ts', 'bench/**/*.mjs', 'scripts/*.mjs'],
  project: ['{src,test,examples,bench,scripts}/**/*.{ts,mjs}'],
};

export default config;
