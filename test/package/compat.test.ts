import { basename } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nodesOf, parseSource, place, readSource, sourcePaths } from '../support/source-tree.ts';

const mostLines = 150;

const files = sourcePaths().filter((path) => path.startsWith('compat/'));
// A barrel and the mapping are lists.
const shims = files.filter((path) => !path.startsWith('compat/mapping') && basename(path) !== 'index.ts');
/** The only file that may count outcomes. */
const quirks = 'compat/quirks.ts';

/** Domain data that legacy breakers carried besides; each counts something that is no outcome of a circuit, and says so here. */
const domain: Readonly<Record<string, string>> = {
  'compat/deprecation.ts': 'how deep legacy names use each other',
  'compat/domain/agent-task-manager.ts': 'tasks of agents, and their ids',
  'compat/domain/token-usage-tracker.ts': 'tokens and cost, against a budget',
};

const WRITES = new Set([
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.PlusPlusToken,
  ts.SyntaxKind.MinusMinusToken,
]);

/** `x += 1`, `x -= 1`, `x++`, `--x`: a counter. */
function isCounting(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) return WRITES.has(node.operatorToken.kind);
  return (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && WRITES.has(node.operator);
}

/** Names that a copy of a circuit would have. */
const CIRCUIT_WORDS = /^#?_?(state|circuitState|isOpen|opened|openedAt|openUntil|deadline|nextAttempt\w*|failures?|failureCount|successes|successCount|consecutive\w*|failed\w*|lastFailure\w*|halfOpen\w*|totalCalls|rejected\w*|window)$/i;

/** A field or variable that can change and is named like a part of a circuit. */
function isCircuitState(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return !isReadonly(node) && CIRCUIT_WORDS.test(node.name.getText());
  if (!ts.isVariableDeclaration(node) || !ts.isVariableDeclarationList(node.parent)) return false;
  return (node.parent.flags & ts.NodeFlags.Const) === 0 && CIRCUIT_WORDS.test(node.name.getText());
}

const isReadonly = (node: ts.PropertyDeclaration): boolean => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;

/** `this.x = 'open'`: somebody moves a circuit of their own. */
function isMovingState(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isStringLiteral(node.right) &&
    /^(closed|open|half.?open)$/i.test(node.right.text)
  );
}

const found = (is: (node: ts.Node) => boolean, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => [...nodesOf(parseSource(path))].filter(is).map((node) => `${place(node)} ${node.getText().slice(0, 60)}`));

describe('the legacy names', () => {
  it(`have at most ${mostLines} lines a file`, () => {
    const lines = shims.map((path) => [path, readSource(path).trimEnd().split('\n').length] as const);
    const long = lines.filter(([, count]) => count > mostLines);

    expect(lines.length).toBeGreaterThan(10);
    expect(long).toEqual([]);
  });

  it('count nothing outside quirks.ts and the domain data listed here', () => {
    expect(found(isCounting, files.filter((path) => path !== quirks && !(path in domain)))).toEqual([]);
  });

  it('list as domain data only files that exist and count', () => {
    expect(Object.keys(domain).filter((path) => !files.includes(path) || found(isCounting, [path]).length === 0)).toEqual([]);
  });

  it('hold no state of a circuit', () => {
    expect(found(isCircuitState, shims.filter((path) => path !== quirks))).toEqual([]);
    expect(found(isMovingState, shims)).toEqual([]);
  });

  it('keep domain data in files of their own, away from the breakers', () => {
    const mixed = Object.keys(domain).filter((path) => /new UnifiedCircuitBreaker\(|ownBreaker\(|listedBreaker\(|extends LegacyBreaker/.test(readSource(path)));

    expect(mixed).toEqual([]);
  });

  it('read no environment and make no timer when they are imported', () => {
    const atTop = (path: string): readonly string[] =>
      parseSource(path)
        .statements.filter((node) => ts.isExpressionStatement(node))
        .map(place);

    expect(files.flatMap(atTop)).toEqual([]);
    expect(files.filter((path) => basename(path) === 'index.ts').length).toBeGreaterThan(1);
  });
});

describe('these rules', () => {
  const nodesIn = (text: string): ts.Node[] => [...nodesOf(ts.createSourceFile('sample.ts', text, ts.ScriptTarget.Latest, true))];

  it.each([
    ['class A { #failures = 0; }', isCircuitState],
    ['let state = "closed";', isCircuitState],
    ['class A { lastFailureTime: number | null = null; }', isCircuitState],
    ['this.count += 1;', isCounting],
    ['count++;', isCounting],
    ['this.mode = "half_open";', isMovingState],
    ["state = 'OPEN';", isMovingState],
  ])('find a circuit in `%s`', (text, is) => {
    expect(nodesIn(text).some(is)).toBe(true);
  });

  it.each([
    ['class A { readonly failureThreshold = 5; get state() { return this.breaker.state; } }', isCircuitState],
    ['const state = breaker.state;', isCircuitState],
    ['total = one + other;', isCounting],
    ["kind = 'timeout';", isMovingState],
  ])('find none in `%s`', (text, is) => {
    expect(nodesIn(text).some(is)).toBe(false);
  });
});
