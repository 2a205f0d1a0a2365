import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { aliases, entries } from '../../tsup.config.ts';
import { root } from '../support/source-tree.ts';

const dist = join(inject('consumer'), 'node_modules', 'unified-circuit-breaker', 'dist');
const names = Object.keys(entries);
const subpathOf = (name: string): string => (name === 'index' ? '.' : `./${name}`);
/** The subpaths of legacy names are one pattern, after the aliases. */
const current = names.filter((name) => !name.startsWith('compat/')).map((name) => [name, name] as const);
const patterns = [...current, ...Object.entries(aliases), ['compat/*', 'compat/*']] as const;

describe('package.json', () => {
  it('exports every entry of tsup.config.ts, and nothing else', () => {
    const expected = patterns.map(([name, built]) => {
      const esm = { types: `./dist/${built}.d.ts`, default: `./dist/${built}.js` };
      const cjs = { types: `./dist/${built}.d.cts`, default: `./dist/${built}.cjs` };
      return [subpathOf(name), { import: esm, 'module-sync': esm, require: cjs }];
    });

    expect(packageJson.exports).toEqual({ ...Object.fromEntries(expected), './package.json': './package.json' });
  });

  it('lists the conditions so that `require` gets the ES module where Node can load it', () => {
    const { './package.json': _, ...subpaths } = packageJson.exports;

    for (const conditions of Object.values(subpaths)) expect(Object.keys(conditions))
      .toEqual(['import', 'module-sync', 'require']);
  });

  it('names the types of every subpath for resolvers that do not read `exports`', () => {
    const subpaths = patterns.filter(([name]) => name !== 'index');

    expect(packageJson.typesVersions['*'])
      .toEqual(Object.fromEntries(subpaths.map(([name, built]) => [name, [`./dist/${built}.d.cts`]])));
  });

  it('has every subpath checked by attw, which cannot expand a pattern', () => {
    const { entrypoints } = JSON.parse(readFileSync(join(root, '.attw.json'), 'utf8')) as {
      readonly entrypoints: readonly string[];
    };

    expect(entrypoints.toSorted()).toEqual([...names, ...Object.keys(aliases)].map(subpathOf).toSorted());
  });

  it('has no dependency at run time', () => {
    expect(Object.keys(packageJson).filter((key) => /^(optional|peer)?dependencies$/i.test(key))).toEqual([]);
  });
});

describe('dist', () => {
  it('holds the entries, what they import, and nothing else', () => {
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[a-z]+$/.test(file));
    const expected = new Set(names.flatMap((name) => [`${name}.js`, `${name}.cjs`, `${name}.d.ts`, `${name}.d.cts`]));
    for (const file of expected) for (const imported of importsOf(file)) expected.add(imported);

    expect(built.toSorted()).toEqual([...expected].toSorted());
  });

  const subpaths = [...names, ...Object.keys(aliases)];

  it.each(subpaths)('gives the same names for %s through import, require and the CommonJS file', (name) => {
    const subpath = subpathOf(name).replace('.', 'unified-circuit-breaker');
    const { imported, required, commonJs, isSame } = exportedNames(subpath, join(dist, `${aliases[name] ?? name}.cjs`));

    expect(imported).not.toEqual([]);
    expect(required).toEqual(imported);
    expect(commonJs).toEqual(imported);
    expect(isSame, '`require` and `import` give one copy').toBe(true);
  });
});

/**
 * The built files that a built file imports, from the top of `dist`; a declaration file imports `./x.js` and means
 * `./x.d.ts`.
 */
function importsOf(file: string): readonly string[] {
  const specifiers = ts.preProcessFile(readFileSync(join(dist, file), 'utf8'), true, true).importedFiles;
  const toTypes = (path: string): string =>
    (/\.d\.c?ts$/.test(file) ? path.replace(/js$/, 'ts').replace(/\.(c?ts)$/, '.d.$1') : path);
  return specifiers.map(({ fileName }) => toTypes(posix.join(posix.dirname(file), fileName)));
}

interface ExportedNames {
  readonly imported: readonly string[];
  readonly required: readonly string[];
  readonly commonJs: readonly string[];
  readonly isSame: boolean;
}

function exportedNames(specifier: string, commonJsFile: string): ExportedNames {
  const script = `
    const [specifier, commonJsFile] = ${JSON.stringify([specifier, commonJsFile])};
    const { createRequire } = await import('node:module');
    const require = createRequire(process.cwd() + '/');
    const imported = await import(specifier);
    const required = require(specifier);
    const namesOf = (module) => Object.keys(module).filter((name) => name !== '__esModule').sort();
    console.log(JSON.stringify({
      imported: namesOf(imported),
      required: namesOf(required),
      commonJs: namesOf(require(commonJsFile)),
      isSame: namesOf(imported).every((name) => imported[name] === required[name]),
    }));`;
  const output = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    cwd: inject('consumer'),
    encoding: 'utf8',
  });
  return JSON.parse(output);
}
