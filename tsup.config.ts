import { defineConfig } from 'tsup';

/** The folders of legacy names: each is a subpath `./compat/<source>`. */
const legacySources = [
  'agents-base',
  'agents-security',
  'api-gateway',
  'async-retry',
  'auth-client',
  'clickhouse',
  'core',
  'database',
  'docker',
  'domain',
  'error-recovery',
  'external-services',
  'frontend',
  'health-checks',
  'llm',
  'metrics',
  'recovery',
  'reliability',
  'resilience',
  'retry-decorator',
  'retry-handler',
  'service-manager',
  'service-mesh',
  'services',
  'supervisor',
  'synthetic-data',
] as const;

/** Every subpath of the package: the name of its built file, and the source file it is built from. */
export const entries: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  presets: 'src/presets/index.ts',
  testing: 'src/testing/index.ts',
  compat: 'src/compat/index.ts',
  ...Object.fromEntries(legacySources.map((source) => [`compat/${source}`, `src/compat/${source}/index.ts`])),
  // A folder may not be called `utils`: it would say nothing of what it holds.
  'compat/utils': 'src/compat/legacy-utils.ts',
};

export default defineConfig({
  entry: { ...entries },
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  // tsup sets `baseUrl`, which TypeScript 6 reports as deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0', stripInternal: true }, banner: '/// <reference lib="esnext.disposable" />' },
});
