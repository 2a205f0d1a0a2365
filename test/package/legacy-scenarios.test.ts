import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, nodesOf, root } from '../support/source-tree.ts';

/** How many scenarios LEGACY section 5 numbers. */
const SCENARIOS = 168;

/** Scenarios that say something of Python only. */
const PYTHON: Readonly<Record<number, string>> = {
  6: 'sets a threshold to 0 after construction; configurations are frozen here, and a 0 is refused',
  7: 'sets a timeout below 0 after construction; configurations are frozen here, and such a timeout is refused',
  8: 'a generated skeleton of a class without arguments; a name is required here',
  44: 'reads the log of the asyncio event loop',
  88: 'getattr with a default; types tell here what is there',
};

const scenarios = 'test/scenarios';
const files = filesBelow(scenarios, '.test.ts').filter((path) => path.startsWith('legacy-'));

/** `it` and `it.each(…)`, but nothing that is skipped. */
function isTest(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === 'it';
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.getText() === 'it.each';
}

const textsIn = (node: ts.Node): readonly string[] => [...nodesOf(node)].flatMap((each) => (ts.isStringLiteralLike(each) ? [each.text] : []));

/** The titles of the tests of a file, as they are written; of a table whose rows begin the title, all texts in it. */
function titlesOf(path: string): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, scenarios, path), 'utf8'), ts.ScriptTarget.Latest, true);
  return [...nodesOf(file)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !isTest(node.expression)) return [];
    const [title] = node.arguments;
    if (title === undefined || !ts.isStringLiteralLike(title)) return [];
    return /^[%$]/.test(title.text) ? textsIn(node.expression) : [title.text];
  });
}

/** The numbers that a title begins with, as in `101, 103: a reset …`. */
const numbersOf = (title: string): readonly number[] => (/^(\d+(?:, \d+)*): /.exec(title)?.[1] ?? '').split(', ').filter(Boolean).map(Number);

const tested = new Set(files.flatMap(titlesOf).flatMap(numbersOf));
const numbers = Array.from({ length: SCENARIOS }, (_, index) => index + 1);

describe('the scenarios of the earlier code base', () => {
  it('have a test each, but for those of Python', () => {
    expect(numbers.filter((number) => !tested.has(number) && !(number in PYTHON))).toEqual([]);
  });

  it('are not both tested and left out', () => {
    expect(Object.keys(PYTHON).map(Number).filter((number) => tested.has(number))).toEqual([]);
  });

  it('are numbered as LEGACY numbers them', () => {
    expect([...tested].filter((number) => !numbers.includes(number))).toEqual([]);
  });
});
