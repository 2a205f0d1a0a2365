import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The root folder of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const sourceFolder = join(root, 'src');

/** The files below a folder of the repository, relative to it; none when there is no such folder. */
export function filesBelow(folder: string, extension: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension))
    .map((path) => path.split(sep).join('/'))
    .toSorted();
}

/** The sources, relative to `src`. Throws when there are none, because every rule would hold for them. */
export function sourcePaths(): readonly string[] {
  const paths = filesBelow('src', '.ts');
  if (paths.length === 0) throw new Error('Expected src to hold .ts files, got none');
  return paths;
}

/** The text of a source file, given its path relative to `src`. */
export const readSource = (path: string): string => readFileSync(join(sourceFolder, path), 'utf8');

const parsed = new Map<string, ts.SourceFile>();

/** A source file parsed by itself, once: quick, and without types. */
export function parseSource(path: string): ts.SourceFile {
  let file = parsed.get(path);
  if (file === undefined) {
    file = ts.createSourceFile(join(sourceFolder, path), readSource(path), ts.ScriptTarget.Latest, true);
    parsed.set(path, file);
  }
  return file;
}

/** The compiler options of the repository. */
export function compilerOptions(): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

/** The sources as the compiler sees them. */
class SourceTree {
  readonly #program = ts.createProgram(sourcePaths().map((path) => join(sourceFolder, path)), compilerOptions());
  readonly checker = this.#program.getTypeChecker();

  /** The parsed file at a path relative to `src`. */
  file(path: string): ts.SourceFile {
    const file = this.#program.getSourceFile(join(sourceFolder, path));
    if (!file) throw new Error(`Expected src/${path} to exist`);
    return file;
  }

  /** What a file exports, by name; a re-export gives the symbol that is meant. */
  exportsOf(path: string): ReadonlyMap<string, ts.Symbol> {
    const symbol = this.checker.getSymbolAtLocation(this.file(path));
    const exported = symbol ? this.checker.getExportsOfModule(symbol) : [];
    return new Map(exported.map((each) => [each.name, this.#original(each)]));
  }

  /** Whether a name in the sources means something that is declared elsewhere, in a library or the language. */
  isForeign(node: ts.Identifier): boolean {
    const symbol = this.checker.getSymbolAtLocation(node);
    const declarations = symbol ? this.#original(symbol).declarations : undefined;
    const isOfPlatform = (each: ts.Node): boolean => this.#program.isSourceFileDefaultLibrary(each.getSourceFile());
    return declarations?.some((each) => isOfPlatform(each) || isOfPackage(each)) ?? false;
  }

  #original(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

let tree: SourceTree | undefined;

/** The one tree of the test files that share a worker: it takes seconds to make. */
export const sourceTree = (): SourceTree => (tree ??= new SourceTree());

const isOfPackage = (node: ts.Node): boolean => node.getSourceFile().fileName.includes('/node_modules/');

/** A node and everything below it. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/** `src/core/state.ts:12`, for messages. */
export function place(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, file.fileName).split(sep).join('/')}:${line + 1}`;
}
