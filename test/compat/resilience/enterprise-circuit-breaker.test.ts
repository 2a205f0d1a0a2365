import { describe, expect, it } from 'vitest';
import { CircuitBreaker, CircuitConfig } from '../../../src/compat/core/index.ts';
import { reportLegacyNames } from '../../../src/compat/index.ts';
import { EnterpriseCircuitBreaker, EnterpriseCircuitConfig, UnifiedCircuitBreaker } from '../../../src/compat/resilience/index.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

describe('EnterpriseCircuitConfig', () => {
  it('has the legacy numbers', () => {
    expect(new EnterpriseCircuitConfig({ name: 'orders' })).toMatchObject({
      name: 'orders',
      failureThreshold: 5,
      recoveryTimeout: 30,
      halfOpenMaxCalls: 3,
      timeoutSeconds: 10,
      adaptiveThreshold: true,
      slowCallThreshold: 5,
      slidingWindowSize: 100,
      monitoringEnabled: true,
      alertOnOpen: true,
    });
  });

  it('refuses a threshold of nothing', () => {
    expect(() => new EnterpriseCircuitConfig({ name: 'orders', slowCallThreshold: 0 })).toThrow('Expected `slowCallThreshold` to be seconds, above 0, got 0');
  });
});

describe('EnterpriseCircuitBreaker', () => {
  it('warns under its own name alone', () => {
    const told: string[] = [];
    reportLegacyNames((message) => void told.push(message));
    try {
      new EnterpriseCircuitBreaker({ name: 'warned' }, testRuntime());
    } finally {
      reportLegacyNames(null);
    }

    expect(told).toEqual(['EnterpriseCircuitBreaker of unified-circuit-breaker/compat/resilience is a legacy name; use UnifiedCircuitBreaker instead, see docs/migration/from-legacy.md#resilience']);
  });

  it('is the core breaker, and has another name', () => {
    expect(new EnterpriseCircuitBreaker({ name: 'orders' }, testRuntime())).toBeInstanceOf(CircuitBreaker);
    expect(UnifiedCircuitBreaker).toBe(EnterpriseCircuitBreaker);
  });

  it.each([
    ['its own configuration', { name: 'orders' }, true, 5],
    ['its own configuration, given otherwise', new EnterpriseCircuitConfig({ name: 'orders', adaptiveThreshold: false, slowCallThreshold: 2 }), false, 2],
    ['a core configuration', new CircuitConfig({ name: 'orders' }), false, 5],
    ['a core configuration, given otherwise', new CircuitConfig({ name: 'orders', adaptiveThreshold: true, slowCallThreshold: 7.5 }), true, 7.5],
  ])('tells the numbers of %s', (_what, config, adaptive, slow) => {
    const breaker = new EnterpriseCircuitBreaker(config, testRuntime());

    expect([breaker.hasAdaptiveThreshold(), breaker.getSlowCallThreshold()]).toEqual([adaptive, slow]);
    expect(breaker.getStatus().unifiedStatus.config).toMatchObject({ slowCallThresholdMs: slow * 1_000, timeoutMs: 10_000 });
    expect(breaker.breaker.getMetrics().adaptive === null).toBe(!adaptive);
  });

  it('says truly whether it is closed or half open', () => {
    const runtime = testRuntime();
    const breaker = new EnterpriseCircuitBreaker({ name: 'orders' }, runtime);
    const seen = [[breaker.isClosed, breaker.isOpen, breaker.isHalfOpen]];
    breaker.forceOpen();
    seen.push([breaker.isClosed, breaker.isOpen, breaker.isHalfOpen]);
    runtime.clock.advance(30_000);
    seen.push([breaker.isClosed, breaker.isOpen, breaker.isHalfOpen]);

    expect(seen).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
    breaker.reset();
    expect(runtime.manager.getHealthSummary().overallHealth).toBe('healthy');
  });

  it('does what the core breaker does for any sequence, where its threshold is fixed', () =>
    expect(
      agreeAlways(
        (runtime: TestRuntime): Driven => {
          const breaker = new EnterpriseCircuitBreaker({ name: 'orders', failureThreshold: 3, adaptiveThreshold: false }, runtime);
          return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure('timeout'), state: () => breaker.state };
        },
        { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 },
      ),
    ).resolves.toBeUndefined());
});
