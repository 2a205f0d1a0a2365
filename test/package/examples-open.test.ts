import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexer, type Token, walkTokens } from 'marked';
import ts from 'typescript';
import * as compat from 'unified-circuit-breaker/compat/core';
import * as presets from 'unified-circuit-breaker/presets';
import * as profiles from 'unified-circuit-breaker/profiles';
import * as testing from 'unified-circuit-breaker/testing';
import * as library from 'unified-circuit-breaker';
import { afterEach, describe, expect, it } from 'vitest';
import * as service from '../../examples/support/service.ts';
import { filesBelow, root } from '../support/source-tree.ts';

const MOST_CALLS = 50;

/** How to call what an example protects, by a name that it declares. The first name that it declares is called. */
const callers: Readonly<Record<string, string>> = {
  order: 'order(1_000)',
  both: 'both()',
  getOrder: "getOrder('42', new AbortController().signal)",
  getPrice: "getPrice('42')",
  getRate: "getRate('GBP')",
  fetchOrder: "fetchOrder('https://orders.example/42')",
  Orders: "new Orders().get('42')",
  pay: "pay({ tenant: 'acme', amount: 1 })",
  send: 'send(`event ${Math.random()}`)',
  runAgent: "runAgent('optimization')",
  search: "search('shoes')",
  ask: "ask('What is a circuit breaker?', 0)",
  get: "get('/ok')",
  lines: 'feed.stream(({ signal }) => lines(signal)).next()',
  orders: "orders.call(({ signal }) => fetch('https://orders.example/42', { signal }))",
};

/** Examples that call `fetch` without a breaker, and why. */
const unprotected: Readonly<Record<string, string>> = {
  'src/retry/retry.ts 2': 'shows `withRetry`, which retries and has no breaker',
};

interface Example {
  readonly where: string;
  readonly text: string;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function blocksOf(page: string): readonly Example[] {
  const tokens: Token[] = [];
  walkTokens(lexer(read(page)), (token) => void tokens.push(token));
  return tokens.flatMap((token) =>
    token.type === 'code' && token['lang'] === 'ts' ? [String(token['text'])] : []).map((text, index) =>
    ({ where: `${page} ${index + 1}`, text }));
}

/** The examples in the docstrings of a source. */
const docstringsOf = (path: string): readonly Example[] =>
  [...read(path).matchAll(/^ *\* ```ts\n(.*?)\n *\* ```$/gms)].map(([, text = ''], index) =>
    ({ where: `${path} ${index + 1}`, text: text.replaceAll(/^ *\* ?/gm, '') }));

const examples = [
  ...['README.md', ...filesBelow('docs', '.md').map((path) => `docs/${path}`)].flatMap(blocksOf),
  ...filesBelow('src', '.ts').flatMap((path) => docstringsOf(`src/${path}`)),
  ...filesBelow('examples', '.ts')
    .filter((path) => !path.includes('/'))
    .map((path) => ({ where: `examples/${path}`, text: read(`examples/${path}`) })),
].filter(({ text }) => text.includes('fetch('));

/** Runs an example. Returns the call that it shows. */
type Run = (...scope: unknown[]) => Promise<() => Promise<unknown>>;

const AsyncFunction = (async () => {}).constructor as new (...parametersAndBody: string[]) => Run;

function namesIn(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed ? [String(statement.name?.getText())] : [];
}

/** The call that a block ends with, or the one of what an example declares. */
function callOf({ where, text }: Example): string {
  const { statements } = ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest, true);
  const awaited = /^(?:const \w+ = )?await (.*);$/s.exec(statements.at(-1)?.getText() ?? '')?.[1];
  const declared = new Set(statements.flatMap(namesIn));
  const name = Object.keys(callers).find((each) => declared.has(each)) ?? '';
  const call = awaited ?? callers[name];
  if (call === undefined) throw new Error(`Add to \`callers\` how to call what ${where} protects`);
  return call;
}

function compile(example: Example): Run {
  const { outputText } = ts.transpileModule(`${example.text}\nreturn () => ${callOf(example)};`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  return new AsyncFunction('require', 'exports', 'fetch', 'console', outputText);
}

/** Runs an example, then answers its calls with HTTP 500. Returns how many calls it takes to open a circuit. */
async function callsUntilOpen(example: Example): Promise<number> {
  const breakers: library.UnifiedCircuitBreaker[] = [];
  let isDown = false;
  let fetches = 0;
  class Watched extends library.UnifiedCircuitBreaker {
    constructor(config: library.UnifiedCircuitConfig) {
      super(config);
      breakers.push(this);
    }
  }
  const answer = (...given: Parameters<typeof fetch>): Promise<Response> => {
    fetches += 1;
    const [url] = given;
    if (isDown) return Promise.resolve(new Response('Internal Server Error', { status: 500 }));
    return String(url).includes('127.0.0.1') ? fetch(...given) : Promise.resolve(new Response('{}'));
  };
  const modules: Readonly<Record<string, unknown>> = {
    'unified-circuit-breaker': { ...library, UnifiedCircuitBreaker: Watched },
    'unified-circuit-breaker/compat': { reportLegacyNames: () => {} },
    'unified-circuit-breaker/compat/core': compat,
    'unified-circuit-breaker/presets': presets,
    'unified-circuit-breaker/profiles': profiles,
    'unified-circuit-breaker/testing': testing,
    './support/service.ts': service,
  };
  const load = (name: string): unknown => modules[name] ?? process.getBuiltinModule(name);
  const quiet = { ...console, log: () => {} };

  const call = await compile(example)(load, {}, answer, quiet);
  isDown = true;
  for (let calls = 1; calls <= MOST_CALLS; calls += 1) {
    const before = fetches;
    await call().catch(() => {});
    // Other breakers, such as those of a manager, are seen by what they reject.
    if (fetches === before || breakers.some(({ state }) => state === 'open')) return calls;
  }
  throw new Error(`${example.where} stays closed after ${MOST_CALLS} responses with status 500`);
}

afterEach(() => library.getUnifiedCircuitBreakerManager().dispose());

describe('examples with `fetch`', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(Object.keys(unprotected).filter((where) => !examples.some((each) => each.where === where))).toEqual([]);
  });

  it.each(examples.filter(({ where }) => unprotected[where] === undefined).map((each) => [each.where, each] as const))(
    '%s opens when its dependency answers with HTTP 500',
    async (_where, example) => {
      expect(await callsUntilOpen(example)).toBeLessThanOrEqual(MOST_CALLS);
    },
  );
});
