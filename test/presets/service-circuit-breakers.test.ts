import { afterEach, describe, expect, it } from 'vitest';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { presets, UnifiedServiceCircuitBreakers } from '../../src/presets/index.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

describe('UnifiedServiceCircuitBreakers', () => {
  it.each([
    ['database', 'getDatabaseCircuitBreaker', presets.database],
    ['auth_service', 'getAuthServiceCircuitBreaker', presets.authService],
    ['llm_service', 'getLlmServiceCircuitBreaker', presets.llmService],
    ['clickhouse', 'getClickhouseCircuitBreaker', presets.clickhouse],
    ['redis', 'getRedisCircuitBreaker', presets.redis],
  ] as const)('gives the breaker "%s" of the default manager, by its preset', (name, getter, preset) => {
    const breaker = UnifiedServiceCircuitBreakers[getter]();
    const numbers = Object.fromEntries(Object.entries(preset).filter(([, value]) => typeof value === 'number'));

    expect(breaker.name).toBe(name);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker(name)).toBe(breaker);
    expect(UnifiedServiceCircuitBreakers[getter]()).toBe(breaker);
    expect(breaker.getStatus().config).toMatchObject(numbers);
  });
});
