import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, nodesOf, root } from '../support/source-tree.ts';

/** How many scenarios LEGACY section 5 numbers. */
const SCENARIOS = 168;

/** Scenarios that say something of Python only. */
const PYTHON: Readonly<Record<number, string>> = {
  6: 'sets a threshold to 0 after construction: configurations are frozen here',
  7: 'sets a timeout below 0 after construction: configurations are frozen here',
  8: 'a generated skeleton of a class without arguments: a name is required here',
  44: 'reads the log of the asyncio event loop',
  88: 'getattr with a default: types check the names here',
};

function each(numbers: readonly number[], reason: string): Readonly<Record<number, string>> {
  return Object.fromEntries(numbers.map((number) => [number, reason]));
}

/** Scenarios of other things that legacy classes did. They left the package and stay in the application. */
const LEFT: Readonly<Record<number, string>> = {
  85: 'wrappers around the metrics',
  ...each([132, 133], 'the pool of a database'),
  ...each([134, 135], 'transactions'),
  ...each([139, 140, 141, 142, 143], 'a budget of tokens and cost: examples/token-budget.ts'),
  144: 'the validation of a response: isFailure',
  ...each([147, 148, 149], 'a list of users'),
  150: 'sessions',
  151: 'a fallback: the option `fallback`',
  ...each([153, 154, 155, 156], 'tasks'),
  ...each([161, 162, 163, 166, 167, 168], 'a sender that drops duplicates: examples/deduplicating-sender.ts'),
};

const files = ['test/scenarios/', 'test/compat/']
  .flatMap((folder) => filesBelow(folder, '.test.ts').map((path) => folder + path))
  .filter((path) => /\/(legacy-|compat\/)/.test(path));

/** `it` and `it.each(…)`, but nothing that is skipped. */
function isTest(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === 'it';
  return ts.isCallExpression(node) && node.expression.getText() === 'it.each';
}

const textsIn = (node: ts.Node): readonly string[] =>
  [...nodesOf(node)].flatMap((inner) => (ts.isStringLiteralLike(inner) ? [inner.text] : []));

/** The titles of the tests of a file, as they are written; of a table whose rows begin the title, all texts in it. */
function titlesOf(path: string): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  return [...nodesOf(file)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !isTest(node.expression)) return [];
    const [title] = node.arguments;
    if (title === undefined || !ts.isStringLiteralLike(title)) return [];
    return /^[%$]/.test(title.text) ? textsIn(node.expression) : [title.text];
  });
}

/** The numbers that a title begins with, as in `101, 103: a reset …`. */
const numbersOf = (title: string): readonly number[] =>
  (/^(\d+(?:, \d+)*): /.exec(title)?.[1] ?? '').split(', ').filter(Boolean).map(Number);

const tested = new Set(files.flatMap(titlesOf).flatMap(numbersOf));
const numbers = Array.from({ length: SCENARIOS }, (_, index) => index + 1);

describe('the scenarios of the earlier code base', () => {
  it('have a test each, but for those of Python and of what left', () => {
    expect(numbers.filter((number) => !tested.has(number) && !(number in PYTHON) && !(number in LEFT))).toEqual([]);
  });

  it('are not both tested and left out', () => {
    const left = Object.keys({ ...PYTHON, ...LEFT }).map(Number);

    expect(left.filter((number) => tested.has(number))).toEqual([]);
  });

  it('are numbered as LEGACY numbers them', () => {
    expect([...tested].filter((number) => !numbers.includes(number))).toEqual([]);
  });
});
