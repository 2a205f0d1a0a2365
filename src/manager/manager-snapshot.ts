import { parseSnapshot } from '../core/snapshot.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import { describe, peek } from '../core/untrusted.ts';
import { assertNone } from '../core/validation.ts';

/** What of a manager survives a restart: plain JSON. Private breakers do not; nothing says which is which in the next process. */
export interface ManagerSnapshot {
  /** The version of this shape. */
  readonly version: 1;
  /** The breakers listed by name. */
  readonly breakers: readonly CircuitSnapshot[];
  /** The groups of keyed breakers. */
  readonly keyed: readonly KeyedSnapshot[];
}

/** A group of keyed breakers in a snapshot. */
export interface KeyedSnapshot {
  /** The name of the group. */
  readonly group: string;
  /** Its keys and their breakers. */
  readonly keys: readonly { readonly key: string; readonly breaker: CircuitSnapshot }[];
}

/** Longer lists of problems help nobody. */
const MOST_PROBLEMS = 20;

/**
 * A snapshot of a manager, copied field by field.
 *
 * @throws CircuitBreakerConfigError that lists the problems.
 */
export function parseManagerSnapshot(input: unknown): ManagerSnapshot {
  const problems: string[] = [];
  if (peek(input, 'version') !== 1) problems.push(`Expected \`version\` to be 1, got ${describe(peek(input, 'version'))}`);
  const breakers = listOf(input, 'breakers', '', problems).map((each, index) => parseOne(each, `breakers[${index}]`, problems));
  const keyed = listOf(input, 'keyed', '', problems).map((each, index) => parseGroup(each, `keyed[${index}].`, problems));
  twice(breakers.map((each) => each?.name), 'a breaker', problems);
  twice(keyed.map(({ group }) => group), 'a group', problems);
  assertNone('manager', problems.slice(0, MOST_PROBLEMS));
  return { version: 1, breakers: breakers as CircuitSnapshot[], keyed: keyed as KeyedSnapshot[] };
}

function parseGroup(input: unknown, path: string, problems: string[]): { group: unknown; keys: unknown[] } {
  const group = peek(input, 'group');
  if (typeof group !== 'string') problems.push(`Expected \`${path}group\` to be a string, got ${describe(group)}`);
  const keys = listOf(input, 'keys', path, problems).map((each, index) => {
    const key = peek(each, 'key');
    if (typeof key !== 'string') problems.push(`Expected \`${path}keys[${index}].key\` to be a string, got ${describe(key)}`);
    const breaker = parseOne(peek(each, 'breaker'), `${path}keys[${index}].breaker`, problems);
    const expected = `${String(group)}:${String(key)}`;
    if (breaker !== undefined && breaker.name !== expected) problems.push(`Expected \`${path}keys[${index}].breaker.name\` to be ${describe(expected)}, got ${describe(breaker.name)}`);
    return { key, breaker };
  });
  twice(keys.map(({ key }) => key), `a key of ${describe(group)}`, problems);
  return { group, keys };
}

function listOf(input: unknown, field: string, path: string, problems: string[]): readonly unknown[] {
  const list = peek(input, field);
  if (Array.isArray(list)) return [...(list as readonly unknown[])];
  problems.push(`Expected \`${path}${field}\` to be a list, got ${describe(list)}`);
  return [];
}

/** Whether the wait fits the breaker's options is looked at when it is known. */
function parseOne(input: unknown, path: string, problems: string[]): CircuitSnapshot | undefined {
  const name = peek(input, 'name');
  const parsed = parseSnapshot(input, { name: typeof name === 'string' ? name : '', maxBackoffMs: Number.POSITIVE_INFINITY, maxRetryAfterMs: Number.POSITIVE_INFINITY });
  if ('snapshot' in parsed) return parsed.snapshot;
  problems.push(...parsed.problems.map((problem) => problem.replace('`restore', `\`${path}`)));
  return undefined;
}

function twice(names: readonly unknown[], what: string, problems: string[]): void {
  const seen = new Set<unknown>();
  for (const name of names) {
    if (name !== undefined && seen.has(name)) problems.push(`Expected each name once, got ${what} called ${describe(name)} twice`);
    seen.add(name);
  }
}
