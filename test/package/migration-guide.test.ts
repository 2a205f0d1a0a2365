import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lexer } from 'marked';
import ts from 'typescript';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { withTables } from '../../scripts/migration-tables.ts';
import { mapping } from '../../src/compat/mapping.ts';
import { nodesOf, parseSource, root, sourcePaths } from '../support/source-tree.ts';

const page = readFileSync(join(root, 'docs/migration/from-legacy.md'), 'utf8');
const sources = [...new Set(mapping.map(({ source }) => source))];
/** They pass on names of core, whose section shows how these change. */
const passedOn: readonly string[] = ['synthetic-data', 'utils'];

/** The `ts` blocks of each section, by its heading. */
function blocksBySection(): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let blocks: string[] = [];
  for (const token of lexer(page)) {
    if (token.type === 'heading') sections.set(String(token['text']), (blocks = []));
    if (token.type === 'code' && token['lang'] === 'ts') blocks.push(String(token['text']));
  }
  return sections;
}

const sections = blocksBySection();
/** The place that a link to a heading names, as GitHub makes it. */
const slugOf = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
const places = new Set([...sections.keys()].map(slugOf));

/** The first argument of each `warnOfLegacyName(source, …)`, and the source of each `legacyConfig({ source, … })`. */
function warnedSources(path: string): readonly string[] {
  return [...nodesOf(parseSource(path))].flatMap((node) => {
    if (!ts.isCallExpression(node) || !['warnOfLegacyName', 'legacyConfig'].includes(node.expression.getText())) return [];
    const [first] = node.arguments;
    return first === undefined ? [] : [...nodesOf(first)].filter((each) => ts.isStringLiteral(each)).map(({ text }) => text).slice(0, 1);
  });
}

describe('docs/migration/from-legacy.md', () => {
  it('has the tables that the mapping makes; else run `npm run docs:migration`', () => {
    const lines = page.split('\n');
    const fresh = withTables(page).split('\n');

    expect(fresh.filter((line, index) => line !== lines[index]).slice(0, 3)).toEqual([]);
    expect(fresh).toHaveLength(lines.length);
  });

  it.each(sources.filter((source) => !passedOn.includes(source)))('shows how the names of %s change', (source) => {
    expect(sections.get(source)?.length).toBeGreaterThanOrEqual(2);
  });

  it.each(passedOn)('has a section for %s', (source) => {
    expect(sections.has(source)).toBe(true);
  });

  it('has every place that a warning names', () => {
    const named = sourcePaths().filter((path) => path.startsWith('compat/')).flatMap(warnedSources);

    expect(named.length).toBeGreaterThan(sources.length);
    expect(named.filter((source) => !places.has(source))).toEqual([]);
  });

  it('has every place that it links to itself', () => {
    const linked = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, place]) => place);

    expect(linked.length).toBeGreaterThan(sources.length);
    expect(linked.filter((place) => !places.has(place as string))).toEqual([]);
  });
});

/** No breaker to compare: figures decide nothing, and the circuit of retries shows only in what they throw. */
const incomparable: readonly string[] = ['metrics 1', 'retry-decorator 1'];

/** Examples that come as a block before and a block after. */
const pairs = [...sections].flatMap(([heading, blocks]) => {
  if (heading !== 'From legacy breakers' && !sources.includes(heading)) return [];
  return blocks.flatMap((before, index) => (index % 2 === 1 ? [] : [{ pair: `${heading} ${index / 2 + 1}`, before, after: blocks[index + 1] ?? '' }]));
});
const comparable = pairs.map(({ pair }) => pair).filter((pair) => !incomparable.includes(pair));

/** A block as a module that exports what it declares. */
function asModule(block: string): string {
  const file = ts.createSourceFile('block.ts', block, ts.ScriptTarget.Latest, true);
  const names = file.statements.flatMap((node) => {
    if (ts.isFunctionDeclaration(node)) return node.body === undefined || node.name === undefined ? [] : [node.name.text];
    return ts.isVariableStatement(node) ? node.declarationList.declarations.map(({ name }) => name.getText()) : [];
  });
  const { outputText } = ts.transpileModule(block, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  return `${outputText}\nexport const declared = [${names.join(', ')}];\n`;
}

/** Drives the breakers of both blocks by the same outcomes, and tells when each opens and how it goes on. */
const program = `
import { getUnifiedCircuitBreakerManager as managerOfProcess, KeyedBreakers, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
const [pairs] = process.argv.slice(2).map((text) => JSON.parse(text));
globalThis.fetch = () => Promise.resolve(new Response('{}'));
const KEY = '/orders';
const errors = [{}, { name: 'TypeError' }, { name: 'TimeoutError' }, { status: 404 }, { status: 503 }, { code: '23505' }];
const errorOf = (chance) => {
  const own = errors[Math.floor(chance * errors.length)];
  return Object.assign(own.name === 'TypeError' ? new TypeError('no') : new Error('no'), own);
};
function openings(breaker) {
  return Array.from({ length: 60 }, (_, run) => {
    let seed = run + 1;
    const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    breaker.reset();
    for (let n = 1; n <= 150; n += 1) {
      if (chance() < ((run % 10) + 0.5) / 10) breaker.recordFailure(errorOf(chance()));
      else breaker.recordSuccess();
      if (breaker.state === 'open') return n;
    }
    return null;
  });
}
const OPEN = ['recoveryTimeoutMs', 'maxBackoffMs', 'exponentialBackoff', 'jitter', 'halfOpenMaxCalls', 'successThreshold', 'halfOpenMaxFailures', 'halfOpenLeaseMs', 'timeoutMs', 'maxConcurrent', 'slowCallThresholdMs', 'adaptiveThreshold', 'mode'];
const numbers = ({ config }) => Object.fromEntries(OPEN.map((option) => [option, config[option]]));
const byKey = (all) => ({
  recordSuccess: () => all.recordSuccess(KEY),
  recordFailure: (error) => all.recordFailure(KEY, error),
  reset: () => all.forceClose(KEY),
  get state() { return all.getCircuitState?.(KEY) ?? all.getCircuitStatus(KEY).state; },
});
function found(value) {
  if (value instanceof KeyedBreakers) return value.for(KEY);
  if (typeof value?.isRequestAllowed === 'function') return byKey(value);
  if (typeof value?.executeWithCircuitBreaker === 'function') return value.canExecute(KEY), byKey(value);
  return [value, value?.breaker, value?.circuitBreaker].find((each) => each instanceof UnifiedCircuitBreaker);
}
async function breakerOf(file, name) {
  managerOfProcess().dispose();
  const { declared } = await import(file);
  const breaker = declared.map(found).find((each) => each !== undefined);
  if (breaker !== undefined) return breaker;
  // Some are made at the first call.
  for (const value of declared) if (typeof value === 'function') await Promise.resolve().then(() => value('42')).catch(() => {});
  return managerOfProcess().getCircuitBreaker(name);
}
const told = {};
for (const pair of pairs) {
  const after = await breakerOf('./after-' + pair + '.mjs');
  const is = { opensAt: openings(after), goesOn: numbers(after.getStatus()) };
  const before = await breakerOf('./before-' + pair + '.mjs', after.name);
  if (before === null) throw new Error('Found no breaker in the first block of ' + pair);
  told[pair] = { is, was: { opensAt: openings(before), goesOn: before.getStatus ? numbers(before.getStatus()) : is.goesOn } };
}
console.log(JSON.stringify(told));
`;

interface Told {
  readonly opensAt: readonly (number | null)[];
  readonly goesOn: Readonly<Record<string, unknown>>;
}

describe('the examples', () => {
  let told: Readonly<Record<string, { readonly was: Told; readonly is: Told }>> = {};

  beforeAll(async () => {
    const fileOf = (name: string): string => join(inject('consumer'), `${name}.mjs`);
    writeFileSync(fileOf('compare'), program);
    for (const { pair, before, after } of pairs) {
      writeFileSync(fileOf(`before-${pair}`), asModule(before));
      writeFileSync(fileOf(`after-${pair}`), asModule(after));
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-deprecation', fileOf('compare'), JSON.stringify(comparable)]);
    told = JSON.parse(stdout) as typeof told;
  });

  it.each(comparable)('%s: both blocks open at the same outcomes and go on by the same numbers', (pair) => {
    const { was, is } = told[pair] ?? {};

    expect(is?.opensAt.filter((outcome) => outcome !== null).length).toBeGreaterThan(0);
    expect(is).toEqual(was);
  });

  it('leave out of the comparison only what is there', () => {
    expect(incomparable.filter((pair) => !pairs.some((each) => each.pair === pair))).toEqual([]);
  });
});
