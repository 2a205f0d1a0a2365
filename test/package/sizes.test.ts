import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nodesOf, parseSource, place, readSource, sourcePaths } from '../support/source-tree.ts';

const mostFileLines = 250;
/** Files that hold one concept, which a split would tear apart. */
const longFiles = new Set([
  'breaker/circuit/circuit.ts',
  'breaker/unified-circuit-breaker.ts',
  'breaker/call/stream-call.ts',
]);
const mostLongFileLines = 400;
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
  it(`of files are at most ${mostFileLines} lines, and ${mostLongFileLines} for three of them`, () => {
    const mostOf = (path: string): number => (longFiles.has(path) ? mostLongFileLines : mostFileLines);
    const long = files.filter(({ path, lines }) => lines > mostOf(path));

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
