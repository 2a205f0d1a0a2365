import { defineConfig } from 'tsup';

/** Every subpath of the package: the name of its built file, and the source file it is built from. */
export const entries = {
  index: 'src/index.ts',
  presets: 'src/presets/index.ts',
  testing: 'src/testing/index.ts',
};

export default defineConfig({
  entry: entries,
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
