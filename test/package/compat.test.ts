import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nodesOf, parseSource, place, readSource, sourcePaths } from '../support/source-tree.ts';

const files = sourcePaths().filter((path) => path.startsWith('compat/'));
/** The only file that may count: how deep legacy names use each other. */
const counting = 'compat/deprecation.ts';
/** Data that tools read. */
const data = ['compat/mapping.ts', 'compat/option-tables.ts'];

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
const CIRCUIT_WORDS = new RegExp(
  '^#?_?(state|circuitState|isOpen|opened|openedAt|openUntil|deadline|nextAttempt\\w*|failures?|failureCount|' +
    'successes|successCount|consecutive\\w*|failed\\w*|lastFailure\\w*|halfOpen\\w*|totalCalls|rejected\\w*|window)$',
  'i',
);

/** A field or variable that can change and is named like a part of a circuit. */
function isCircuitState(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return !isReadonly(node) && CIRCUIT_WORDS.test(node.name.getText());
  if (!ts.isVariableDeclaration(node) || !ts.isVariableDeclarationList(node.parent)) return false;
  return (node.parent.flags & ts.NodeFlags.Const) === 0 && CIRCUIT_WORDS.test(node.name.getText());
}

const isReadonly = (node: ts.PropertyDeclaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) !== 0;

/** `this.x = 'open'`: moves a copy of a circuit. */
function isMovingState(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isStringLiteral(node.right) &&
    /^(closed|open|half.?open)$/i.test(node.right.text)
  );
}

const found = (is: (node: ts.Node) => boolean, paths: readonly string[]): readonly string[] =>
  paths
    .flatMap((path) => [...nodesOf(parseSource(path))].filter(is))
    .map((node) => `${place(node)} ${node.getText().slice(0, 60)}`);

describe('the legacy names', () => {
  it('are thin: at most 2,510 lines in 26 files', () => {
    const lines = files.reduce((sum, path) => sum + readSource(path).trimEnd().split('\n').length, 0);

    expect(files.length).toBeGreaterThan(20);
    expect([files.length <= 26, lines <= 2_500, lines]).toEqual([true, true, lines]);
  });

  it('count nothing', () => {
    expect(found(isCounting, files.filter((path) => path !== counting))).toEqual([]);
  });

  it('have option tables and a mapping that load no engine', () => {
    const isImport = (node: ts.Node): boolean =>
      ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
    const imports = data.flatMap((path) => parseSource(path).statements.filter(isImport).map(place));

    expect(imports).toEqual([]);
  });

  it('pass a trip policy to the engine in one place', () => {
    const makers = files.filter((path) => /new UnifiedCircuitBreaker\(|tripPolicy \}/.test(readSource(path)));

    expect(makers).toEqual(['compat/runtime.ts']);
  });

  it('hold no state of a circuit', () => {
    expect(found(isCircuitState, files)).toEqual([]);
    expect(found(isMovingState, files)).toEqual([]);
  });

  it('read no environment and make no timer when they are imported', () => {
    const atTop = (path: string): readonly string[] =>
      parseSource(path)
        .statements.filter((node) => ts.isExpressionStatement(node))
        .map(place);

    expect(files.flatMap(atTop)).toEqual([]);
  });
});

describe('these rules', () => {
  const nodesIn = (text: string): ts.Node[] => [
    ...nodesOf(ts.createSourceFile('sample.ts', text, ts.ScriptTarget.Latest, true)),
  ];

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
