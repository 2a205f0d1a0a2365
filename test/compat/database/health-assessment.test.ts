import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../../src/compat/core/index.ts';
import { HealthAssessment } from '../../../src/compat/database/index.ts';
import { testRuntime } from '../support/agreement.ts';

const UP = { status: 'healthy' };

describe('the HealthAssessment', () => {
  it.each([
    [['healthy', 'healthy'], 'healthy'],
    [['healthy', 'recovering'], 'recovering'],
    [['recovering', 'unhealthy', 'healthy'], 'degraded'],
    [['unknown'], 'healthy'],
    [[], 'healthy'],
  ] as const)('calls circuits that are %j %s', (states, health) => {
    const circuits = Object.fromEntries(states.map((state, index) => [`circuit ${index}`, { health: state }]));

    expect(HealthAssessment.evaluateCircuitHealth(states)).toBe(health);
    expect(HealthAssessment.assessOverallHealth(UP, circuits)).toBe(health);
    expect(HealthAssessment.assessOverallHealth({ status: 'down' }, circuits)).toBe('unhealthy');
  });

  it.each([[null], [{ health: null }], [{}]])('takes a circuit of which nothing is known, %j, for unknown', (circuit) => {
    expect(HealthAssessment.getCircuitHealthStates({ postgres: circuit as never })).toEqual(['unknown']);
  });

  it('sees an open circuit, and one that recovers, in the status of a legacy breaker and of the breaker behind it', () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker({ name: 'postgres', recoveryTimeout: 30 }, runtime);
    breaker.forceOpen();
    const assess = (): readonly string[] => [
      HealthAssessment.assessOverallHealth(UP, { postgres: breaker.getStatus() }),
      HealthAssessment.assessOverallHealth(UP, runtime.manager.getAllStatus()),
    ];

    const open = assess();
    runtime.clock.advance(30_000);
    const permit = breaker.breaker.tryAcquire();
    const probing = assess();
    permit?.success();

    expect([open, probing, assess()]).toEqual([
      ['degraded', 'degraded'],
      ['recovering', 'recovering'],
      ['healthy', 'healthy'],
    ]);
  });

  it('takes a status without health for unknown', () => {
    expect(HealthAssessment.getCircuitHealthStates({ one: {}, other: { health: 'healthy' } })).toEqual(['unknown', 'healthy']);
  });

  it('gives what it was given, and the word for it', () => {
    const circuits = { read: { health: 'recovering' } };

    expect(HealthAssessment.buildHealthResponse(UP, circuits)).toEqual({ connection: UP, circuits, overallHealth: 'recovering' });
  });
});
