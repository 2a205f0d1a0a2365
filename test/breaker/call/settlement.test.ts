import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError } from '../../../src/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, hang } from '../../support/outcomes.ts';

const never = () => new Promise<never>(() => {});

describe('tryCall', () => {
  it.each([
    ['a promise', () => Promise.resolve(5)],
    ['a value', () => 5],
  ])('gives success with the value of %s', async (_what, operation) => {
    expect(await silentBreakerWith().breaker.tryCall(operation)).toEqual({ status: 'success', value: 5 });
  });

  it('gives failure with the error', async () => {
    const settled = await silentBreakerWith().breaker.tryCall(() => Promise.reject(BOOM));

    expect(settled).toEqual({ status: 'failure', error: BOOM });
    expect('value' in settled).toBe(false);
  });

  it('gives ignored with the error', async () => {
    expect(await silentBreakerWith({ ignoreErrors: Error }).breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status: 'ignored', error: BOOM });
  });

  it.each([['failure'], ['ignored']] as const)('gives %s with the value when a value is judged so', async (verdict) => {
    const settled = await silentBreakerWith({ classify: () => verdict }).breaker.tryCall(async () => 5);

    expect(settled).toEqual({ status: verdict, value: 5 });
    expect('error' in settled).toBe(false);
  });

  it('gives ignored with the error when a thrown one is judged a success', async () => {
    const { breaker } = silentBreakerWith({ classify: () => 'success' });

    expect(await breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status: 'ignored', error: BOOM });
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(breaker.getMetrics().successfulCalls).toBe(2);
  });

  it('gives rejected while open', async () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();

    expect(await breaker.tryCall(() => 5)).toEqual({ status: 'rejected', error: expect.any(CircuitBreakerOpenError) });
  });

  it('gives rejected while full', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    hang(breaker);

    expect(await breaker.tryCall(() => 5)).toEqual({ status: 'rejected', error: expect.any(BulkheadFullError) });
  });

  it('gives rejected after dispose', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });
    breaker.dispose();

    expect(await breaker.tryCall(() => 5)).toEqual({ status: 'rejected', error: expect.any(CircuitBreakerDisposedError) });
  });

  it('gives failure after a timeout', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 500 });
    const settled = breaker.tryCall(never);

    clock.advance(500);

    expect(await settled).toMatchObject({ status: 'failure', error: { code: 'ERR_CIRCUIT_TIMEOUT' } });
  });

  it('gives success with what a fallback served', async () => {
    const { breaker } = silentBreakerWith({ fallback: 'cached' });

    expect(await breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status: 'success', value: 'cached' });
  });

  it.each([
    ['failure', false],
    ['rejected', true],
  ])('keeps the status %s when the fallbacks fail too', async (status, open) => {
    const { breaker } = silentBreakerWith({ fallback: () => Promise.reject(new RangeError('no')) });
    if (open) breaker.trip();

    expect(await breaker.tryCall(() => Promise.reject(BOOM))).toEqual({ status, error: expect.any(CircuitBreakerFallbackError) });
  });

  it('gives ignored with the problem when its options break a rule', async () => {
    const { breaker } = silentBreakerWith();

    expect(await breaker.tryCall(() => 5, { timeoutMs: -1 })).toMatchObject({ status: 'ignored', error: { code: 'ERR_CIRCUIT_CONFIG' } });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('rejects only when the operation is no function', async () => {
    const { breaker } = silentBreakerWith();

    expect(await errorOf(breaker.tryCall(null as never))).toEqual(new TypeError('Expected the operation to be a function, got null'));
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('rejects so also where it is disposed or off', async () => {
    const off = silentBreakerWith({ mode: 'off' }).breaker;
    const disposed = silentBreakerWith().breaker;
    disposed.dispose();

    for (const breaker of [off, disposed]) expect(await errorOf(breaker.tryCall(5 as never))).toBeInstanceOf(TypeError);
  });

  it.each([
    ['value', () => 5, { status: 'success', value: 5 }],
    ['error', () => Promise.reject(BOOM), { status: 'failure', error: BOOM }],
  ])('tells of a %s while off', async (_what, operation, settled) => {
    expect(await silentBreakerWith({ mode: 'off' }).breaker.tryCall(operation as () => unknown)).toEqual(settled);
  });
});
