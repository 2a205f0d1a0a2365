import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lexer, type Token, walkTokens } from 'marked';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { entries } from '../../tsup.config.ts';
import { compilerOptions, filesBelow, place, root, sourceTree } from '../support/source-tree.ts';

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs', '.md')
    .filter((path) => !path.startsWith('api/'))
    .map((path) => `docs/${path}`),
];

const readPage = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (page: string): readonly string[] =>
  tokensOf(page).flatMap((token) =>
    token.type === 'heading'
      ? [String(token['text']).toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')]
      : [],
  );

function tokensOf(page: string): readonly Token[] {
  const tokens: Token[] = [];
  walkTokens(lexer(readPage(page)), (token) => void tokens.push(token));
  return tokens;
}

/** The `ts` blocks of all pages, each by the path of the module that it would be. */
const blocks = new Map(
  pages.flatMap((page) => blocksOf(page).map((text, index) => [`${root}${page}.block-${index + 1}.ts`, text])),
);

function blocksOf(page: string): readonly string[] {
  return tokensOf(page)
    .filter((token) => token.type === 'code' && token['lang'] === 'ts')
    .map((token) => String('text' in token ? token.text : ''));
}

let program: ts.Program | undefined;

/** One program for the blocks of all pages, because each parses the sources and the libraries. */
const blockProgram = (): ts.Program => (program ??= createBlockProgram());

function createBlockProgram(): ts.Program {
  const options = { ...compilerOptions(), moduleDetection: ts.ModuleDetectionKind.Force };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => blocks.has(path) || fileExists(path);
  host.readFile = (path) => blocks.get(path) ?? readFile(path);
  return ts.createProgram([...blocks.keys()], options, host);
}

describe('docstrings', () => {
  const tree = sourceTree();
  const isDocumented = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(tree.checker).length > 0;
  const entryPaths = Object.values(entries).map((path) => path.replace('src/', ''));
  const exportedBy = (paths: readonly string[]): readonly ts.Symbol[] => [
    ...new Set(paths.flatMap((path) => [...tree.exportsOf(path).values()])),
  ];
  const describeAll = (symbols: readonly ts.Symbol[]): readonly string[] =>
    symbols.map(({ name, declarations: [node] = [] }) => `${node ? place(node) : 'src'} ${name}`);

  it('are on every symbol that the package exports', () => {
    const exported = exportedBy(entryPaths);

    expect(exported.length).toBeGreaterThan(90);
    expect(describeAll(exported.filter((symbol) => !isDocumented(symbol)))).toEqual([]);
  });

  it('are on every member of the interfaces and classes that the package exports', () => {
    const members = exportedBy(entryPaths)
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
  const modifiers = ts.getCombinedModifierFlags(node);
  return (name !== undefined && ts.isPrivateIdentifier(name)) || (modifiers & ts.ModifierFlags.Private) !== 0;
}

/** In the order of the questions of a newcomer. */
const readmeSections = [
  'Install',
  'Quick start',
  'See it work',
  'Why not opossum or cockatiel?',
  'Recipes',
  'States',
  'Core options',
  'Errors and events',
  'Test without waiting',
  'When not to use it',
  'More',
];

describe('README.md', () => {
  it('has its sections, in the order of the questions of a newcomer', () => {
    const titles = lexer(readPage('README.md')).flatMap((token) =>
      token.type === 'heading' && token.depth === 2 ? [String(token.text)] : [],
    );

    expect(titles).toEqual(readmeSections);
  });
});

describe.each(pages)('%s', (page) => {
  it('links only to files and headings that exist', () => {
    const broken = tokensOf(page)
      .flatMap((token) => (token.type === 'link' || token.type === 'image' ? [String(token['href'])] : []))
      .filter((href) => !/^[a-z]+:/.test(href))
      .filter((href) => {
        const [path = '', anchor] = href.split('#');
        const target = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
      });

    expect(broken).toEqual([]);
  });

  it('has `ts` blocks that compile, each by itself', () => {
    expect(compileErrors(page)).toEqual([]);
  });
});

/** Type-checks the blocks of a page as modules of their own in the root folder, without writing them. */
function compileErrors(page: string): readonly string[] {
  const files = [...blocks.keys()].filter((path) => path.startsWith(`${root}${page}.block-`));
  return files.flatMap((path) =>
    ts.getPreEmitDiagnostics(blockProgram(), blockProgram().getSourceFile(path)).map(({ file, start, messageText }) => {
      const { line } = file?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0 };
      return `${path.replace(root, '')}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
}
