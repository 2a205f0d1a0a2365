import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nodesOf, parseSource, place, readSource, sourcePaths } from '../support/source-tree.ts';

const mostFileLines = 250;
const mostMedianLines = 90;
const mostFunctionLines = 40;

const files = sourcePaths().map((path) => ({ path, lines: readSource(path).trimEnd().split('\n').length }));
const functions = sourcePaths().flatMap(functionsOf);

function functionsOf(path: string): ReadonlyArray<{ readonly where: string; readonly lines: number }> {
  const file = parseSource(path);
  const lineAt = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  return [...nodesOf(file)]
    .filter((node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
    .map((node) => ({ where: place(node), lines: lineAt(node.end) - lineAt(node.getStart()) + 1 }));
}

describe('sizes', () => {
  it(`of files are at most ${mostFileLines} lines`, () => {
    const long = files.filter(({ lines }) => lines > mostFileLines);

    expect(long.map(({ path, lines }) => `src/${path} has ${lines} lines`)).toEqual([]);
  });

  it(`of files have a median of at most ${mostMedianLines} lines`, () => {
    const sorted = files.map(({ lines }) => lines).toSorted((a, b) => a - b);

    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(mostMedianLines);
  });

  it(`of functions are at most ${mostFunctionLines} lines, comments included`, () => {
    const long = functions.filter(({ lines }) => lines > mostFunctionLines);

    expect(functions).not.toEqual([]);
    expect(long.map(({ where, lines }) => `${where} is a function of ${lines} lines`)).toEqual([]);
  });
});
