import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lexer, type Token, walkTokens } from 'marked';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { entries } from '../../tsup.config.ts';
import { compilerOptions, filesBelow, place, root, sourcePaths, SourceTree } from '../support/source-tree.ts';

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs', '.md')
    .filter((path) => !path.startsWith('api/'))
    .map((path) => `docs/${path}`),
];

const readPage = (page: string): string => readFileSync(join(root, page), 'utf8');

function tokensOf(page: string): readonly Token[] {
  const tokens: Token[] = [];
  walkTokens(lexer(readPage(page)), (token) => void tokens.push(token));
  return tokens;
}

describe('docstrings', () => {
  const tree = new SourceTree();
  const isDocumented = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(tree.checker).length > 0;
  const exportedBy = (paths: readonly string[]): readonly ts.Symbol[] => [
    ...new Set(paths.flatMap((path) => [...tree.exportsOf(path).values()])),
  ];
  const describeAll = (symbols: readonly ts.Symbol[]): readonly string[] =>
    symbols.map(({ name, declarations: [node] = [] }) => `${node ? place(node) : 'src'} ${name}`);

  it('are on every exported symbol', () => {
    const exported = exportedBy(sourcePaths());

    expect(describeAll(exported.filter((symbol) => !isDocumented(symbol)))).toEqual([]);
  });

  it('are on every member of the interfaces and classes that the package exports', () => {
    const members = exportedBy(Object.values(entries).map((path) => path.replace('src/', '')))
      .filter(({ flags }) => flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))
      .flatMap((symbol) => [...(symbol.members?.values() ?? [])])
      .filter(({ flags }) => flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor))
      // The `name` of an error is its class.
      .filter(({ name, valueDeclaration: node }) => name !== 'name' && !(node && isPrivate(node)));

    expect(describeAll(members.filter((member) => !isDocumented(member)))).toEqual([]);
  });
});

function isPrivate(node: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(node);
  return (name !== undefined && ts.isPrivateIdentifier(name)) || (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}

describe('README.md', () => {
  it('is at most 200 lines', () => {
    expect(readPage('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });
});

describe.each(pages)('%s', (page) => {
  it('links only to files that exist', () => {
    const broken = tokensOf(page)
      .flatMap((token) => (token.type === 'link' || token.type === 'image' ? [String(token['href'])] : []))
      .filter((href) => !/^([a-z]+:|#)/.test(href))
      .filter((href) => !existsSync(join(root, dirname(page), href.replace(/#.*$/, ''))));

    expect(broken).toEqual([]);
  });

  it('has `ts` blocks that compile, each by itself', () => {
    const blocks = tokensOf(page).flatMap((token) => (token.type === 'code' && token['lang'] === 'ts' ? [String(token['text'])] : []));

    expect(compileErrors(page, blocks)).toEqual([]);
  });
});

/** Type-checks blocks as modules of their own in the root folder, without writing them. */
function compileErrors(page: string, blocks: readonly string[]): readonly string[] {
  const files = new Map(blocks.map((text, index) => [`${root}${page}.block-${index + 1}.ts`, text]));
  const options = { ...compilerOptions(), moduleDetection: ts.ModuleDetectionKind.Force };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ file, start, messageText }) => {
      const { line } = file?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0 };
      return `${path.replace(root, '')}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
}
