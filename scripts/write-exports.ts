// Writes `exports` and `typesVersions` of package.json from the entries of tsup.config.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { entries } from '../tsup.config.ts';

const file = new URL('../package.json', import.meta.url);
const packageJson = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const names = Object.keys(entries);

packageJson['exports'] = {
  ...Object.fromEntries(
    names.map((name) => {
      const esm = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
      const cjs = { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` };
      return [name === 'index' ? '.' : `./${name}`, { import: esm, 'module-sync': esm, require: cjs }];
    }),
  ),
  './package.json': './package.json',
};
packageJson['typesVersions'] = { '*': Object.fromEntries(names.filter((name) => name !== 'index').map((name) => [name, [`./dist/${name}.d.cts`]])) };
writeFileSync(file, `${JSON.stringify(packageJson, null, 2)}\n`);
