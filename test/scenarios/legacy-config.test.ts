import { describe, expect, it } from 'vitest';
import { AdaptiveCircuitBreaker, CircuitBreaker, CircuitConfig } from '../../src/compat/names/core.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import type { Preset } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import { canonicalWith } from '../support/legacy.ts';
import { fail, succeed } from '../support/outcomes.ts';
import { everyPreset } from '../support/presets.ts';

describe('options', () => {
  const overrides = {
    failureThreshold: 7, recoveryTimeoutMs: 15_000, timeoutMs: 4_000, slidingWindowSize: 20, errorRateThreshold: 0.3,
    exponentialBackoff: false,
  };

  it.each<readonly [title: string, preset: Preset, numbers: object]>([
    ['1: the canonical numbers hold when only a name is given', presets.canonical, {
      failureThreshold: 5, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3, timeoutMs: 30_000, slidingWindowSize: 10,
      errorRateThreshold: 0.5, adaptiveThreshold: null, exponentialBackoff: true,
    }],
    ['2: overrides win', { ...presets.canonical, ...overrides }, overrides],
    ['113: database', presets.database, { failureThreshold: 3, timeoutMs: 10_000, exponentialBackoff: true }],
    ['113: authentication', presets.authService, { failureThreshold: 5, timeoutMs: 15_000 }],
    ['113, 115: language models', presets.llmService,
      { failureThreshold: 10, recoveryTimeoutMs: 5_000, timeoutMs: 60_000, slowCallThresholdMs: 30_000 }],
    ['113: redis', presets.redis, { recoveryTimeoutMs: 1_000, timeoutMs: 5_000 }],
  ])('%s', (_, preset, numbers) => {
    expect(breakerWith(preset).breaker.getStatus().config).toMatchObject(numbers);
  });

  it('2, 4, 5: a legacy configuration keeps its options, and the breaker shows it', () => {
    const given = {
      name: 'invoices', failureThreshold: 7, recoveryTimeout: 15, timeoutSeconds: 4, slidingWindowSize: 20,
      halfOpenMaxCalls: 2, slowCallThreshold: 1.5, adaptiveThreshold: true,
    };
    const config = new CircuitConfig(given);
    const shim = new CircuitBreaker(config, testRuntime());
    const adaptive = new AdaptiveCircuitBreaker({ name: 'orders', failureThreshold: 7 }, testRuntime());

    expect([shim.config, shim.name, config.toDict()]).toEqual([config, 'invoices', given]);
    expect(() => Object.assign(config, { name: 'orders' })).toThrow(TypeError);
    expect(shim.breaker.getStatus().config).toMatchObject({
      failureThreshold: 7, recoveryTimeoutMs: 15_000, timeoutMs: 4_000, slidingWindowSize: 20, halfOpenMaxCalls: 2,
      slowCallThresholdMs: 1_500,
    });
    expect(shim.breaker.getMetrics().adaptive?.failureThreshold).toBe(7);
    expect(adaptive.getMetrics().adaptiveFailureThreshold).toBe(7);
  });

  const unified = (options: object) => () => new UnifiedCircuitBreaker({ name: 'orders', ...options });
  const legacy = (options: object) => () => new CircuitConfig({ name: 'orders', ...options });

  it.each<readonly [title: string, make: () => unknown, message: string]>([
    ['3: threshold', unified({ failureThreshold: 0 }), 'whole number (1 or more), or null. Received 0.'],
    ['3: rate', unified({ errorRateThreshold: 1.5 }), 'greater than 0 and at most 1, or null. Received 1.5.'],
    ['3, 58: wait', unified({ recoveryTimeoutMs: 0 }), 'must be a number of milliseconds (1 or more). Received 0.'],
    ['3: window', unified({ slidingWindowSize: 0 }), '`slidingWindowSize` must be a whole number (1 to 1000000).'],
    ['3, 58: legacy threshold', legacy({ failureThreshold: 0 }),
      'CircuitConfig: `failureThreshold` must be a whole number (1 or more). Received 0.'],
    ['3, 58: legacy wait', legacy({ recoveryTimeout: 0 }), 'must be a number of seconds greater than 0. Received 0.'],
    ['3: legacy window', legacy({ slidingWindowSize: 0 }), '`slidingWindowSize` must be a whole number (1 or more).'],
  ])('%s out of range is rejected', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('presets', () => {
  it.each(everyPreset())('9: %s, sent as JSON, has a threshold and a wait above 0, and a rate up to 1', (_, preset) => {
    const { config } = breakerWith(preset).breaker.getStatus();
    const sent = JSON.parse(JSON.stringify(config)) as Record<string, number>;

    expect(sent['failureThreshold']).toBeGreaterThan(0);
    expect(sent['recoveryTimeoutMs']).toBeGreaterThan(0);
    expect(sent['errorRateThreshold'] ?? 2).toBeLessThanOrEqual(1);
  });

  it.each(everyPreset())('58: %s does not open at one error, and closes after any wait', async (_, preset) => {
    const { breaker, clock } = breakerWith(preset);
    await fail(breaker);
    const states = [breaker.state];
    for (let opening = 0; opening < 12; opening += 1) {
      breaker.trip();
      clock.advance(preset.maxBackoffMs as number);
      await fail(breaker);
    }
    states.push(breaker.state);
    clock.advance(preset.maxBackoffMs as number);
    await succeed(breaker, preset.successThreshold as number);

    expect([...states, breaker.state]).toEqual(['closed', 'open', 'closed']);
  });

  it.each([['database', 3], ['authService', 5], ['clickhouse', 4], ['redis', 5]] as const)(
    '114: %s opens at its threshold of %s, and is closed after a reset',
    async (name, threshold) => {
      const { breaker } = canonicalWith(presets[name]);
      await fail(breaker, threshold - 1);
      const states = [breaker.state];
      await fail(breaker);
      states.push(breaker.state);
      breaker.reset();

      expect([...states, breaker.state]).toEqual(['closed', 'open', 'closed']);
    },
  );
});
