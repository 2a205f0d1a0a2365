import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nodesOf, parseSource, place, readSource, root, sourcePaths, sourceTree } from '../support/source-tree.ts';

const layers = [
  ['core'],
  ['window', 'backoff', 'limit'],
  ['trip', 'store'],
  ['breaker'],
  ['manager', 'profiles'],
  ['presets', 'facade', 'retry'],
  ['compat', 'monitor', 'telemetry', 'integrations', 'testing'],
  ['index.ts'],
  ['cli'],
];
const edges = 6;

const ambient: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'Date',
      'performance',
      'hrtime',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'clearTimeout',
      'clearInterval',
      'clearImmediate',
    ].map((name) => [name, 'core/clock.ts']),
  ),
  ...Object.fromEntries(['random', 'randomUUID', 'getRandomValues'].map((name) => [name, 'core/random.ts'])),
};

const paths = sourcePaths();
const imports = new Map(paths.map((path) => [path, importsOf(path)]));

function importsOf(path: string): readonly string[] {
  return ts.preProcessFile(readSource(path), true, true).importedFiles.map(({ fileName }) => fileName);
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const targetOf = (path: string, specifier: string): string => posix.join(posix.dirname(path), specifier);
const folderOf = (path: string): string => path.split('/')[0] ?? '';
const layerOf = (path: string): number => layers.findIndex((folders) => folders.includes(folderOf(path)));

function mayImport(path: string, target: string): boolean {
  if (folderOf(path) === folderOf(target)) return true;
  if (folderOf(path) === 'cli') return ['compat/mapping.ts', 'compat/option-tables.ts'].includes(target);
  if (path === 'index.ts') return layerOf(target) < edges;
  return layerOf(target) < layerOf(path);
}

/** Every import between source files, as a pair of paths. */
const relativeImports = [...imports].flatMap(([path, specifiers]) =>
  specifiers.filter(isRelative).map((specifier) => [path, targetOf(path, specifier)] as const),
);

/** The shortest way from a file along its imports back to itself, told only by the first of its files. */
function cycleThrough(start: string): readonly string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const [path, target] of relativeImports) {
      if (path !== way.at(-1)) continue;
      if (target === start) return way.every((each) => each >= start) ? [...way, start] : undefined;
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return undefined;
}

describe('layers', () => {
  it('have a place for every file', () => {
    expect(paths.filter((path) => layerOf(path) < 0)).toEqual([]);
  });

  it('are imported only from above, types included', () => {
    const wrong = relativeImports.filter(([path, target]) => !mayImport(path, target));

    expect(wrong.map(([path, target]) => `${path} imports ${target}`)).toEqual([]);
  });

  it('import existing files, with their extension', () => {
    const wrong = relativeImports.filter(([, target]) => !target.endsWith('.ts')
      || !existsSync(join(root, 'src', target)));

    expect(wrong.map(([path, target]) => `${path} imports ${target}`)).toEqual([]);
  });

  it('have no cycle between files, types included', () => {
    const cycles = paths.map(cycleThrough).filter((cycle) => cycle !== undefined);

    expect(cycles.map((cycle) => cycle.join(' → '))).toEqual([]);
  });

  it('import no package and no part of Node below the edges', () => {
    const wrong = [...imports]
      .filter(([path]) => layerOf(path) < edges || path === 'index.ts')
      .flatMap(([path, specifiers]) =>
        specifiers.filter((name) => !isRelative(name)).map((name) => `${path} imports ${name}`));

    expect(wrong).toEqual([]);
  });
});

/** `new Date(moment)`, `Date.parse()` and the type: forms of a moment that came from elsewhere, not the clock. */
function isGivenDate(node: ts.Identifier): boolean {
  const { parent } = node;
  return node.text === 'Date'
    && (ts.isTypeReferenceNode(parent)
      || (ts.isPropertyAccessExpression(parent) && parent.name.text === 'parse')
      || (ts.isNewExpression(parent) && (parent.arguments?.length ?? 0) > 0));
}

describe('time and chance', () => {
  const tree = sourceTree();

  it('are touched only by core/clock.ts and core/random.ts', () => {
    const wrong = paths.flatMap((path) =>
      [...nodesOf(tree.file(path))]
        .filter((node) => ts.isIdentifier(node))
        .filter(
          (node) =>
            Object.hasOwn(ambient, node.text) &&
            ambient[node.text] !== path &&
            !isGivenDate(node) &&
            tree.isForeign(node),
        )
        .map((node) => `${place(node)} ${node.text}`),
    );

    expect(wrong).toEqual([]);
  });

  it('are not reached through AbortSignal.timeout', () => {
    const wrong = paths.flatMap((path) =>
      [...nodesOf(tree.file(path))]
        .filter((node) => ts.isPropertyAccessExpression(node) && node.getText() === 'AbortSignal.timeout')
        .map(place),
    );

    expect(wrong).toEqual([]);
  });
});

describe('names', () => {
  it('of files and folders are kebab-case', () => {
    expect(paths.filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path))).toEqual([]);
  });

  it('of files and folders say what they hold', () => {
    const vague = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'types', 'constants', 'misc']);
    const isVague = (path: string): boolean =>
      vague.has(basename(path, '.ts')) || dirname(path).split('/').some((folder) => vague.has(folder));

    expect(paths.filter(isVague)).toEqual([]);
  });
});

describe('exports', () => {
  const statements = paths.flatMap((path) =>
    parseSource(path).statements.map((node) => ({ path, node })),
  );

  it('are named', () => {
    const isDefault = (node: ts.Statement): boolean =>
      ts.isExportAssignment(node) ||
      (ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) ||
      (ts.isExportDeclaration(node) && /\bdefault\b/.test(node.exportClause?.getText() ?? ''));

    expect(statements.filter(({ node }) => isDefault(node)).map(({ node }) => place(node))).toEqual([]);
  });

  it('name what they pass on', () => {
    const isStar = (node: ts.Statement): boolean =>
      ts.isExportDeclaration(node) && !(node.exportClause && ts.isNamedExports(node.exportClause));

    expect(statements.filter(({ node }) => isStar(node)).map(({ node }) => place(node))).toEqual([]);
  });

  it('are all that a barrel holds', () => {
    const wrong = statements
      .filter(({ path }) => basename(path) === 'index.ts')
      .filter(({ node }) => !(ts.isExportDeclaration(node) && node.moduleSpecifier));

    expect(wrong.map(({ node }) => place(node))).toEqual([]);
  });
});
