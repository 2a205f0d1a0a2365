import { defineConfig } from 'tsup';

/** The sources of legacy names. Each is a subpath `./compat/<source>`. */
const legacySources = [
  'agents-base', 'agents-security', 'api-gateway', 'async-retry', 'core', 'database', 'domain', 'frontend', 'llm', 'metrics',
  'reliability', 'services', 'supervisor',
] as const;

/** Every built entry: the name of its file, and the source file it is built from. */
export const entries: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  presets: 'src/presets/index.ts',
  profiles: 'src/profiles/index.ts',
  testing: 'src/testing/index.ts',
  compat: 'src/compat/index.ts',
  ...Object.fromEntries(legacySources.map((source) => [`compat/${source}`, `src/compat/names/${source}.ts`])),
};

/** Subpaths without a file of their own, and the entry that they mean. */
export const aliases: Readonly<Record<string, string>> = {
  'compat/utils': 'compat/core',
  'compat/synthetic-data': 'compat/core',
};

export default defineConfig({
  entry: { ...entries },
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'neutral',
  splitting: true,
  clean: true,
  removeNodeProtocol: false,
  // Without source maps, so the ES module stays as it is written. CommonJS is for older versions of Node.
  esbuildOptions(options, { format }) {
    options.minifyWhitespace = format === 'cjs';
  },
  // tsup sets `baseUrl`, which TypeScript 6 reports as deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0', stripInternal: true }, banner: '/// <reference lib="esnext.disposable" />' },
});
