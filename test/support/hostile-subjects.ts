import * as fc from 'fast-check';

/** `EXPLORE=1` draws a hundred thousand. */
export const HOSTILE_RUNS = process.env['EXPLORE'] === '1' ? 100_000 : 2_000;

const trap = (): never => {
  throw new Error('trap');
};

/** Anything that may be thrown or returned: getters that throw, proxies, circles, odd types under the known names. */
export function hostileSubjects(): fc.Arbitrary<unknown> {
  const keys = [
    'status', 'statusCode', 'code', 'errno', 'sqlState', 'name', 'message', 'headers', 'response', 'cause', 'parent',
    'errors', 'lastError', 'metadata', 'constructor', 'retryAfterMs', 'toString', 'get', 'date', 'retry-after',
  ];
  const leaf = fc.oneof(
    fc.anything(), fc.constantFrom<unknown>(
      503, '429', -1, Number.NaN, 'ECONNRESET', '42P01', Symbol('x'), 10n, trap,
      new Headers({ 'retry-after': '2' }), new Date(Number.NaN), Object.create(null),
      new Proxy({}, { get: trap }),
      new Proxy({}, { getPrototypeOf: trap }),
    ),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true }, leaf,
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 6 })
        .map((fields) => Object.assign(new Error('x'), fields)),
      fc.array(tie('tree'), { maxLength: 3 }).map((errors) => new AggregateError(errors)),
      fc.record({ key: fc.constantFrom(...keys), value: tie('tree') }).map(({ key, value }) =>
        Object.defineProperty({ value }, key, { get: () => { throw value; } })),
      fc.constantFrom(...keys).map((key) => {
        const circle: Record<string, unknown> = {};
        circle[key] = circle;
        return circle;
      }),
    ),
  }));
  return tree;
}
