import type { Provoke } from './matrix.ts';

/** What a statement itself causes, by SQLSTATE. It says nothing about the health of the database. */
export const STATEMENT_ERRORS = {
  'unique violation': '23505',
  'undefined table': '42P01',
  'syntax error': '42601',
  'invalid text representation': '22P02',
  'deadlock detected': '40P01',
} as const;

/** What a database in trouble answers, by SQLSTATE. */
export const SERVER_ERRORS = {
  'connection failure': '08006',
  'admin shutdown': '57P01',
  'cannot connect now': '57P03',
  'I/O error': '58030',
  'internal error': 'XX000',
  'read-only transaction, as after a failover': '25006',
  'statement timeout': '57014',
} as const;

/** The same call once for each code, titled `unique violation (23505)`. */
export function each<Code extends number | string>(
  codes: Readonly<Record<string, Code>>,
  call: (code: Code) => unknown,
): Record<string, Provoke> {
  return Object.fromEntries(
    Object.entries(codes).map(([name, code]) => [`${name} (${code})`, (): unknown => call(code)]),
  );
}

/** Calls when another call has taken the only connection of a pool. A client may need a moment to take it. */
export async function behind(hung: PromiseLike<unknown>, call: () => unknown): Promise<unknown> {
  hung.then(
    () => {},
    () => {},
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  return call();
}
