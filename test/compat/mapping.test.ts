import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { OPTIONS } from '../../src/breaker/options/table.ts';
import { reportLegacyNames } from '../../src/compat/deprecation.ts';
import { mapping } from '../../src/compat/mapping.ts';
import { canonicalNumbers, optionTables } from '../../src/compat/option-tables.ts';
import { convertValue } from '../../src/compat/options.ts';
import type { Requirement } from '../../src/core/validation.ts';
import * as root from '../../src/index.ts';
import * as presetsEntry from '../../src/presets/index.ts';
import { aliases, entries } from '../../tsup.config.ts';
import { readSource, root as folder } from '../support/source-tree.ts';

const aliased = Object.entries(aliases).map(([alias, entry]) => [alias, entries[entry] ?? '']);
const built: Readonly<Record<string, string>> = { ...entries, ...Object.fromEntries(aliased) };
const SOURCES = Object.keys(built).flatMap((name) => /^compat\/(.+)/.exec(name)?.[1] ?? []);
const guide = readFileSync(`${folder}docs/migration/from-legacy.md`, 'utf8');

/** What a source exports at run time. */
const valuesOf = async (source: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(/* @vite-ignore */ `../../${built[`compat/${source}`]}`)) as Readonly<Record<string, unknown>>;

/** Their names are those of core. */
const isAlias = (source: string): boolean => ['utils', 'synthetic-data'].includes(source);

describe('the mapping', () => {
  it('has every source, and no other', () => {
    expect([...new Set(mapping.map(({ source }) => source))].toSorted()).toEqual(SOURCES.toSorted());
  });

  it.each(SOURCES)('of %s has one row for each name', async (source) => {
    const shims = mapping.filter((row) => row.source === source).map(({ shim }) => shim);

    expect(shims.toSorted()).toEqual(Object.keys(await valuesOf(source)).toSorted());
  });

  it('names replacements that exist', () => {
    const types = readSource('index.ts').match(/\w+/g) ?? [];
    const known = new Set([...Object.keys(root), ...Object.keys(presetsEntry), ...types]);
    const unknown = mapping.filter(({ replacement }) => !known.has(/\w+/.exec(replacement)?.[0] ?? ''));

    expect(unknown).toEqual([]);
  });

  it('has its names in the guide', () => {
    const sections = guide.split(/^## /m);
    const section = (source: string) => sections.find((part) => part.startsWith(`${source}\n`));
    const missing = mapping.filter(({ source, shim }) => !isAlias(source) && !section(source)?.includes(shim));

    expect(missing.map(({ source, shim }) => `${source} ${shim}`)).toEqual([]);
    expect(SOURCES.filter((source) => section(source) === undefined)).toEqual([]);
  });
});

describe('the option tables', () => {
  it.each(optionTables)('of $source $name have options that exist, and values that fit', (table) => {
    const { options, fixed = {}, usual = {} } = table;
    const rules = OPTIONS as Readonly<Record<string, Requirement | undefined>>;
    const defaults = Object.values(options).filter((option) => option.to !== null && option.default !== undefined);
    const values = [
      ...defaults.map((option) => [option.to as string, convertValue(option, option.default)] as const),
      ...Object.entries({ ...fixed, ...usual }),
    ];

    expect(values.filter(([option, value]) => rules[option]?.fits(value) !== true)).toEqual([]);
  });

  it('start from the canonical preset', () => {
    expect(canonicalNumbers).toEqual(presetsEntry.presets.canonical);
  });
});

/** Uses a name as legacy code did. What it throws doesn't matter: the warning comes first. */
function use(value: unknown): void {
  const given = ['orders', { name: 'orders' }, { name: 'orders' }];
  const attempts: (() => unknown)[] = [
    () => new (value as new (...args: unknown[]) => unknown)({ name: 'orders' }),
    () => new (value as new (...args: unknown[]) => unknown)(...given),
    () => (value as (...args: unknown[]) => unknown)(...given),
    () => Object.values(Object.getOwnPropertyDescriptors(value)).map((member) => (member.get ?? member.value)()),
    () => (value as { registerEndpoint(name: string): void }).registerEndpoint('orders'),
    () => (new (value as new () => { registerEndpoint(name: string): void })()).registerEndpoint('orders'),
    () => (value as { getBreakerCount(): number }).getBreakerCount(),
    () => (new (value as new () => { getBreakerCount(): number })()).getBreakerCount(),
  ];
  for (const attempt of attempts) {
    try {
      const result = attempt();
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // The next way may fit.
    }
  }
}

/** What the prototype of a class is. */
const prototypeOf = (value: unknown): unknown => (typeof value === 'function' ? value.prototype : undefined);

/** Names that warn under another one. */
const RENAMED: Readonly<Record<string, string>> = {
  'api-gateway/circuitBreakerManager': 'EndpointCircuitBreakerManager',
  'domain/AgentCircuitBreaker': 'AgentTaskCircuitBreaker',
};

/** Names that don't warn: values and second names. */
const SILENT = new Set([
  'CircuitState', 'CircuitStates', 'CircuitBreakerState', 'FailureType', 'AgentSecurityCircuitConfig',
  'circuitRegistry', 'LLMCircuitBreaker', 'LLMCircuitBreakerConfig',
]);

describe('the warnings', () => {
  afterEach(() => reportLegacyNames(null));

  // Some names of `supervisor` are names of core, which warn as such.
  const sources = SOURCES.filter((source) => !isAlias(source) && source !== 'supervisor');

  it.each(sources)('of %s say what the mapping says', async (source) => {
    const messages: string[] = [];
    reportLegacyNames((message) => void messages.push(message));
    const values = await valuesOf(source);
    const isSilent = (shim: string): boolean => SILENT.has(shim) || prototypeOf(values[shim]) instanceof Error;
    const rows = mapping.filter(({ shim, ...row }) => row.source === source && !isSilent(shim));
    for (const { shim } of rows) use(values[shim]);
    const expected = rows.map(({ shim, replacement }) => {
      const name = RENAMED[`${source}/${shim}`] ?? shim;
      const legacy = `${name} of unified-circuit-breaker/compat/${source} is a legacy name.`;
      return `${legacy} Use ${replacement} instead. See docs/migration/from-legacy.md#${source}.`;
    });

    expect(expected.filter((warning) => !messages.includes(warning))).toEqual([]);
  });
});
