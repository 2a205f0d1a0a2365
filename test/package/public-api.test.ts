import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { entries } from '../../tsup.config.ts';
import { root, sourceTree } from '../support/source-tree.ts';

interface Surface {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const file = new URL('public-api.json', import.meta.url);
const tree = sourceTree();
const current = Object.fromEntries(Object.entries(entries).map(([name, source]) =>
  [name, surfaceOf(source.replace('src/', ''))]));

function surfaceOf(path: string): Surface {
  const symbols = [...tree.exportsOf(path)];
  const namesOf = (isWanted: boolean): readonly string[] =>
    symbols
      .filter(([, { flags }]) => Boolean(flags & ts.SymbolFlags.Value) === isWanted)
      .map(([name]) => name)
      .toSorted();
  return { values: namesOf(true), types: namesOf(false) };
}

if (process.env['UPDATE_PUBLIC_API']) writeFileSync(file, `${JSON.stringify(current, null, 2)}\n`);

it('the names exported are those in public-api.json (UPDATE_PUBLIC_API=1 npm test rewrites it)', () => {
  expect(existsSync(file)).toBe(true);
  expect(current).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

it.each(Object.entries(entries))('%s has the same names at run time', async (name, source) => {
  const module: object = await import(/* @vite-ignore */ `${root}${source}`);

  expect(Object.keys(module).toSorted()).toEqual(current[name]?.values);
});
