import { describe, expect, it } from 'vitest';
import { circuitBreaker } from '../../src/facade/circuit-breaker-decorator.ts';
import type { FacadeOptions } from '../../src/facade/facade-options.ts';
import { withBreaker } from '../../src/facade/with-breaker.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { silentBreakerWith } from '../support/breaker.ts';

type Callback = (error: Error | null, text?: string) => void;

function readFile(path: string, done: Callback): void {
  queueMicrotask(() => done(path === '' ? new Error('ENOENT') : null, 'text'));
}
const done: Callback = () => {};

const problemOf = (name: string): string =>
  `\`${name}\` received a callback and returned nothing, so its errors are not seen. `
  + `Wrap \`promisify(${name})\` instead.`;
const reportOf = (name: string) => ({ error: new TypeError(problemOf(name)), source: 'operation' });

describe('a function that takes a callback and returns nothing', () => {
  it.each<[title: string, options: FacadeOptions<never, never>]>([
    ['with nothing more', {}],
    ['with passSignal', { passSignal: (args: never) => args }],
    ['with signalOf', { signalOf: () => null }],
    ['with a fallback', { fallback: 5 as never }],
  ])('is reported once, %s', async (_title, options) => {
    const { breaker, internalErrors } = silentBreakerWith();
    const read = withBreaker(readFile, { breaker, ...options } as never) as typeof readFile;

    await read('', done);
    await read('', done);

    expect(internalErrors).toEqual([reportOf('readFile')]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 2 });
  });

  it.each<[title: string, fn: (...args: never[]) => unknown, args: readonly unknown[]]>([
    ['the callback alone', (_done: Callback) => {}, [done]],
    ['the callback last of many arguments', (_a: number, _b: number, _done: Callback) => {}, [1, 2, done]],
  ])('is reported when it has no name and receives %s', async (_title, fn, args) => {
    const { breaker, internalErrors } = silentBreakerWith();

    await Reflect.apply(withBreaker(Object.defineProperty(fn, 'name', { value: '' }), breaker), undefined, args);

    expect(internalErrors).toEqual([reportOf('fn')]);
  });

  it('is reported once per wrapper, to the breaker of the call', async () => {
    const reported: unknown[] = [];
    const onInternalError = (error: unknown, context: object) => void reported.push([String(error), context]);
    const manager = new UnifiedCircuitBreakerManager({ onInternalError });
    const options = { name: 'files', manager, by: (path: string) => path };
    const [one, other] = [withBreaker(readFile, options), withBreaker(readFile, options)];

    await one('a', done);
    await one('b', done);
    await other('b', done);

    const message = `TypeError: ${problemOf('readFile')}`;
    expect(reported).toEqual([
      [message, { name: 'files:a', source: 'operation' }],
      [message, { name: 'files:b', source: 'operation' }],
    ]);
  });

  it('is reported when it is a decorated method', async () => {
    const { breaker, internalErrors } = silentBreakerWith();
    const decorate = circuitBreaker({ breaker }) as unknown as (fn: unknown, context: object) => typeof readFile;

    await decorate(readFile, { kind: 'method', name: 'readFile' })('', done);

    expect(internalErrors).toEqual([reportOf('readFile')]);
  });

  it('is not reported to a breaker of another copy of the package', async () => {
    const { breaker } = silentBreakerWith();
    const foreign = {
      call: (operation: () => unknown) => breaker.call(operation), callSync() {}, stream() {}, getStatus() {},
    };

    expect(await withBreaker(readFile, foreign as never)('', done)).toBe(undefined);
  });
});

describe('nothing is reported', () => {
  it.each<[title: string, fn: (...args: never[]) => unknown, args: readonly unknown[]]>([
    ['a function with a callback returns a value', (list: number[], map: () => number) => list.map(map), [[1], done]],
    ['a function with a callback returns null', (_map: () => number) => null, [() => 5]],
    ['an async function has a callback', async (_onProgress: () => void) => {}, [() => {}]],
    ['a function without a callback returns nothing', (_id: string) => {}, ['42']],
    ['a function without arguments returns nothing', () => {}, []],
    ['the callback is not last', (_done: Callback, _path: string) => {}, [done, 'a']],
  ])('when %s', async (_title, fn, args) => {
    const { breaker, internalErrors } = silentBreakerWith();

    await Reflect.apply(withBreaker(fn, breaker), undefined, args);

    expect(internalErrors).toEqual([]);
    expect(breaker.getMetrics().successfulCalls).toBe(1);
  });

  it('when the call is rejected, because the function did not run', async () => {
    const { breaker, internalErrors } = silentBreakerWith();
    breaker.trip();

    await withBreaker(readFile, breaker)('', done).catch(() => {});

    expect(internalErrors).toEqual([]);
  });
});
