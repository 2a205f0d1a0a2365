import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, nodesOf, root } from '../support/source-tree.ts';

const mostColumns = 120;
const mostTitleLetters = 100;

/** The files of a folder with their texts. */
const filesOf = (folder: string): readonly (readonly [path: string, text: string])[] =>
  ['.ts', '.mjs', '.js']
    .flatMap((extension) => filesBelow(folder, extension).map((path) => `${folder}/${path}`))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);

describe('lines', () => {
  it.each(['src', 'test', 'bench', 'simulate', 'scripts', 'examples'])(
    `have at most ${mostColumns} columns in %s`,
    (folder) => {
      const long = filesOf(folder).flatMap(([path, text]) =>
        text
          .split('\n')
          .flatMap((line, index) => (line.length > mostColumns ? [`${path}:${index + 1} ${line.length}`] : [])),
      );

      expect(long).toEqual([]);
    },
  );
});

describe('titles of tests', () => {
  const titles = filesOf('test').flatMap(([path, text]) => titlesOf(path, text));
  const wrong = (isWrong: (title: string) => boolean): readonly string[] =>
    titles.filter(([, title]) => isWrong(title)).map(([where, title]) => `${where} ${title}`);

  it(`have at most ${mostTitleLetters} letters`, () => {
    expect(titles.length).toBeGreaterThan(1_000);
    expect(wrong((title) => title.length > mostTitleLetters)).toEqual([]);
  });

  it('have no placeholder that is shown as it is', () => {
    expect(wrong((title) => /%\d|\$\{/.test(title))).toEqual([]);
  });

  it('use plain words', () => {
    expect(wrong((title) => /^the same\b|\b(no|some|every)body\b|\bwhoever\b|\banew\b|\bmend/i.test(title)))
      .toEqual([]);
  });
});

/** The titles of `it()` and `describe()`, also after `each()`, that are plain strings. */
function titlesOf(path: string, text: string): readonly (readonly [where: string, title: string])[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return [...nodesOf(file)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !/^(it|suite|describe)\b/.test(node.expression.getText())) return [];
    const [title] = node.arguments;
    if (title === undefined || !ts.isStringLiteralLike(title)) return [];
    return [[`${path}:${file.getLineAndCharacterOfPosition(title.getStart()).line + 1}`, title.text] as const];
  });
}
