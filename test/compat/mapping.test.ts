import { dirname } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as root from '../../src/index.ts';
import * as presets from '../../src/presets/index.ts';
import * as testing from '../../src/testing/index.ts';
import { OPTION_RULES } from '../../src/breaker/options/rules.ts';
import { convertValue } from '../../src/compat/convert.ts';
import type { LegacyName } from '../../src/compat/legacy-name.ts';
import { mapping } from '../../src/compat/mapping.ts';
import { entries } from '../../tsup.config.ts';
import { nodesOf, parseSource, readSource, sourcePaths } from '../support/source-tree.ts';

const SOURCES = Object.keys(entries)
  .filter((name) => name.startsWith('compat/'))
  .map((name) => name.replace('compat/', ''));
const shims = sourcePaths().filter((path) => path.startsWith('compat/') && !path.startsWith('compat/mapping'));

/** What a source exports at run time. */
async function valuesOf(source: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ `../../${(entries as Readonly<Record<string, string>>)[`compat/${source}`]}`)) as Readonly<Record<string, unknown>>;
}

const rowsOf = (source: string): readonly LegacyName[] => mapping.filter((row) => row.source === source);

describe('the mapping', () => {
  it('knows every source, and only sources', () => {
    expect([...new Set(mapping.map(({ source }) => source))].toSorted()).toEqual(SOURCES.toSorted());
  });

  it.each(SOURCES)('of %s has a row for each name that can be used, and names nothing else', async (source) => {
    const exported = Object.keys(await valuesOf(source));
    const named = new Set(rowsOf(source).map(({ shim }) => shim));

    expect(exported.filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !exported.includes(name) && !readSource(`compat/${fileOf(source)}`).includes(name))).toEqual([]);
  });

  it.each(mapping.filter(({ options }) => options !== undefined))('of $source $shim turns options into options that exist, with defaults that fit', ({ options = {} }) => {
    const misfits = Object.entries(options).filter(([, option]) => {
      if (option.to === null) return false;
      const rule = OPTION_RULES[option.to];
      return rule === undefined || (option.default !== undefined && !rule.fits(convertValue(option, option.default)));
    });

    expect(misfits).toEqual([]);
  });

  it.each(mapping.filter(({ settings }) => settings !== undefined))('of $source $shim fixes options that exist, to values that fit', ({ settings = {} }) => {
    for (const [key, value] of Object.entries(settings)) expect([key, OPTION_RULES[key as keyof typeof OPTION_RULES]?.fits(value)]).toEqual([key, true]);
  });

  it('tells what to write instead, in names that exist', () => {
    const known = new Set([...Object.keys(root), ...Object.keys(presets), ...Object.keys(testing), ...typeNames('index.ts')]);
    const unknown = mapping.filter(({ replacement }) => !known.has(/[A-Za-z_]\w*/.exec(replacement)?.[0] ?? ''));

    expect(unknown.map(({ source, shim, replacement }) => `${source} ${shim}: ${replacement}`)).toEqual([]);
  });

  it('says of each repair what it was, what it is and what to look for', () => {
    const repairs = mapping.flatMap(({ repaired = [] }) => repaired);

    expect(repairs.length).toBeGreaterThan(20);
    expect(repairs.filter(({ fault, now, check }) => [fault, now, check].some((text) => text.trim() === '' || /[.]$/.test(text)))).toEqual([]);
  });
});

describe('the warnings', () => {
  const told = shims.flatMap((path) => [...nodesOf(parseSource(path))].flatMap(warningOf));

  it.each(SOURCES)('of %s name each class and function as the mapping does', async (source) => {
    const values = await valuesOf(source);
    const own = rowsOf(source).filter(({ shim }) => typeof values[shim] === 'function' && !isError(values[shim]) && !isElsewhere(source, shim));

    const said = new Set(told.filter((warning) => warning.source === source).map(({ name, replacement }) => `${name}: ${replacement}`));
    expect(own.map(({ shim, replacement }) => `${shim}: ${replacement}`).filter((line) => !said.has(line))).toEqual([]);
  });

  it('are about names of the mapping', () => {
    const known = new Set(mapping.map(({ source, shim }) => `${source}/${shim}`));

    expect(told.map(({ source, name }) => `${source}/${name}`).filter((name) => !known.has(name))).toEqual([]);
  });
});

function fileOf(source: string): string {
  return ((entries as Readonly<Record<string, string>>)[`compat/${source}`] ?? '').replace('src/compat/', '');
}

function typeNames(path: string): readonly string[] {
  return [...readSource(path).matchAll(/[A-Za-z]\w+/g)].map(([name]) => name);
}

const isError = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error;

/** A name that the source only passes on from another one, or an alias: its warning is that of the original. */
function isElsewhere(source: string, shim: string): boolean {
  const file = fileOf(source);
  const line = [...readSource(`compat/${file}`).matchAll(/export \{([^}]*)\} from '([^']+)'/g)].find(([, names = '']) =>
    names.split(',').some((part) => part.trim().split(/\s+as\s+/).at(-1) === shim),
  );
  const [, names = '', from = ''] = line ?? [];
  const isAlias = names.split(',').some((part) => part.trim().split(/\s+as\s+/).length === 2 && part.trim().endsWith(` ${shim}`));
  return isAlias || (from.startsWith('../') && dirname(file) !== '.') || dirname(file) === '.';
}

interface Warning {
  readonly source: string;
  readonly name: string;
  readonly replacement: string;
}

/** The warning that a call of `warnOfLegacyName` or `legacyConfig` gives. */
function warningOf(node: ts.Node): Warning[] {
  if (!ts.isCallExpression(node)) return [];
  const called = node.expression.getText();
  if (called === 'warnOfLegacyName') {
    const [source, name, replacement] = node.arguments.map((argument) => (ts.isStringLiteralLike(argument) ? argument.text : undefined));
    return source === undefined || name === undefined || replacement === undefined ? [] : [{ source, name, replacement }];
  }
  if (called !== 'legacyConfig') return [];
  const [owner] = node.arguments;
  const [, source = '', name = ''] = /source: '([^']+)', name: '([^']+)'/.exec(owner?.getText() ?? '') ?? [];
  return [{ source, name, replacement: 'UnifiedCircuitConfig' }];
}
