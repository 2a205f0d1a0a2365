import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { never, throwing } from '../../support/calls.ts';
import { BOOM, errorOf, hang } from '../../support/outcomes.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });
const failing = () => Promise.reject(BOOM);
const value = () => 5;
const trip = ({ breaker }: Made) => breaker.trip();

describe('tryCall', () => {
  it.each<[string, Options, () => unknown, object]>([
    ['success when the operation returns a promise', {}, async () => 5, { status: 'success', value: 5 }],
    ['success when the operation returns a value', {}, value, { status: 'success', value: 5 }],
    ['success when a fallback serves', { fallback: 'cached' }, failing, { status: 'success', value: 'cached' }],
    ['success in mode off', { mode: 'off' }, value, { status: 'success', value: 5 }],
    ['failure when the operation throws', {}, throwing(BOOM), { status: 'failure', error: BOOM }],
    ['failure in mode off', { mode: 'off' }, failing, { status: 'failure', error: BOOM }],
    ['failure when a value counts as one', { classify: () => 'failure' }, value, { status: 'failure', value: 5 }],
    ['ignored when a value is ignored', { classify: () => 'ignored' }, value, { status: 'ignored', value: 5 }],
    ['ignored when an error is ignored', { ignoreErrors: Error }, failing, { status: 'ignored', error: BOOM }],
    ['ignored when an error is a success', { classify: () => 'success' }, failing, { status: 'ignored', error: BOOM }],
  ])('resolves with %s', async (_what, options, operation, settled) => {
    const result = await silentBreakerWith(options).breaker.tryCall(operation);

    expect(result).toEqual(settled);
    expect(Object.keys(result).toSorted()).toEqual(Object.keys(settled).toSorted());
  });

  it.each<[string, string, string, Options, (made: Made) => unknown]>([
    ['rejected', 'ERR_CIRCUIT_OPEN', 'the circuit is open', {}, trip],
    ['rejected', 'ERR_BULKHEAD_FULL', 'the bulkhead is full', { maxConcurrent: 1 }, ({ breaker }) => hang(breaker)],
    ['rejected', 'ERR_CIRCUIT_DISPOSED', 'it is disposed', { fallback: 5 }, ({ breaker }) => breaker.dispose()],
    ['failure', 'ERR_CIRCUIT_FALLBACK', 'the fallback of a failure fails', { fallback: failing }, () => {}],
    ['rejected', 'ERR_CIRCUIT_FALLBACK', 'the fallback of a rejection fails', { fallback: failing }, trip],
  ])('resolves with %s and %s when %s', async (status, code, _when, options, prepare) => {
    const made = silentBreakerWith(options);
    prepare(made);

    expect(await made.breaker.tryCall(failing)).toEqual({ status, error: coded(code) });
  });

  it('resolves with failure after a timeout', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 500 });
    const settled = breaker.tryCall(never);
    clock.advance(500);

    expect(await settled).toEqual({ status: 'failure', error: coded('ERR_CIRCUIT_TIMEOUT') });
  });

  it('resolves with ignored and the problem when its options break a rule', async () => {
    const { breaker } = silentBreakerWith();
    const settled = await breaker.tryCall(value, { timeoutMs: -1 });

    expect(settled).toMatchObject({ status: 'ignored', error: { code: 'ERR_CIRCUIT_CONFIG' } });
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('counts an error as a success when classify says so, and call() throws it', async () => {
    const { breaker } = silentBreakerWith({ classify: () => 'success' });

    expect(await errorOf(breaker.call(failing))).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  });

  it('rejects only when the operation is no function, even after dispose()', async () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(await errorOf(breaker.tryCall(null as never))).toBeInstanceOf(TypeError);
  });
});
