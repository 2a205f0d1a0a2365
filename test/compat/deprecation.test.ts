import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  insideLegacyName, LEGACY_NAME_CODE, reportLegacyNames, warnOfLegacyName,
} from '../../src/compat/deprecation.ts';
import {
  cleanupAllCircuitBreakers, CircuitBreakerRegistry, getAllCircuitBreakerMetrics, removeCircuitBreaker,
} from '../../src/compat/names/core.ts';
import { testRuntime } from './support/agreement.ts';

const emitted = vi.spyOn(process, 'emitWarning');
const told: (string | undefined)[] = [];
/** Collects the names in warnings. Names that have warned before warn again. */
const listen = (): void => reportLegacyNames((message) => void told.push(message.split(' ')[0]));

beforeEach(() => {
  emitted.mockReset().mockImplementation(() => {});
  reportLegacyNames(null);
  told.length = 0;
});
afterEach(() => {
  reportLegacyNames(null);
  vi.unstubAllGlobals();
});

describe('a legacy name', () => {
  it('warns once, with a code, the new name and the anchor of the guide', () => {
    for (let time = 0; time < 2; time += 1) warnOfLegacyName('core', 'CircuitBreaker', 'UnifiedCircuitBreaker');

    expect(emitted.mock.calls).toEqual([[
      'CircuitBreaker of unified-circuit-breaker/compat/core is a legacy name. Use UnifiedCircuitBreaker instead. '
        + 'See docs/migration/from-legacy.md#core.',
      { type: 'DeprecationWarning', code: 'UCB_LEGACY_NAME' },
    ]]);
    expect(LEGACY_NAME_CODE).toBe('UCB_LEGACY_NAME');
  });

  it('warns for each source and each name', () => {
    warnOfLegacyName('core', 'CircuitBreaker', 'x');
    warnOfLegacyName('services', 'CircuitBreaker', 'x');
    warnOfLegacyName('services', 'CircuitConfig', 'x');

    expect(emitted).toHaveBeenCalledTimes(3);
  });

  it('does not warn inside another one, and does later when the caller uses it', () => {
    const warn = (): void => warnOfLegacyName('core', 'CircuitConfig', 'x');
    const failing = (): never => {
      throw new Error('boom');
    };
    insideLegacyName(warn);
    expect(emitted).not.toHaveBeenCalled();
    expect(() => insideLegacyName(failing)).toThrow('boom');
    warn();
    expect(emitted).toHaveBeenCalledTimes(1);
  });

  it('is silent on other platforms than Node, unless asked', () => {
    vi.stubGlobal('process', undefined);
    const browser = vi.spyOn(console, 'warn').mockImplementation(() => {});
    warnOfLegacyName('core', 'CircuitBreaker', 'x');
    listen();
    warnOfLegacyName('core', 'CircuitBreaker', 'x');

    expect([browser.mock.calls.length, told]).toEqual([0, ['CircuitBreaker']]);
  });

  it.each<readonly [string, () => unknown]>([
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['throws', () => { throw new Error('boom'); }],
  ])('changes nothing when the reporter %s', async (_, report) => {
    const rejected = vi.fn<(error: unknown) => void>();
    process.on('unhandledRejection', rejected);
    reportLegacyNames(report as () => void);
    warnOfLegacyName('core', 'CircuitBreaker', 'x');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);

    expect(rejected).not.toHaveBeenCalled();
  });
});

describe('the registry', () => {
  it.each<readonly [title: string, use: (registry: CircuitBreakerRegistry) => unknown]>([
    ['creates a breaker', (registry) => registry.getBreaker('orders')],
    ['looks for a breaker', (registry) => registry.getCircuitBreaker('orders')],
    ['shows every status', (registry) => registry.getAllStatus()],
    ['shows the health', (registry) => registry.getHealthSummary()],
    ['resets', (registry) => registry.resetAll()],
    ['removes a breaker', (registry) => registry.removeBreaker('orders')],
    ['is iterated', (registry) => [...registry]],
  ])('warns of its own name only, when it %s', (_, use) => {
    listen();
    use(new CircuitBreakerRegistry(testRuntime()));

    expect(told).toEqual(['CircuitBreakerRegistry']);
  });

  it('does not warn when one of its functions uses it', () => {
    listen();
    removeCircuitBreaker('orders');
    getAllCircuitBreakerMetrics();
    cleanupAllCircuitBreakers();

    expect(told).toEqual(['removeCircuitBreaker', 'getAllCircuitBreakerMetrics', 'cleanupAllCircuitBreakers']);
  });
});
