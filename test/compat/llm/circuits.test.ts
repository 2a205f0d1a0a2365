import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerConfig, CircuitBreakerRetryStrategy, LLMCircuitBreakerManager, LLMClientConfig, RetryStrategy } from '../../../src/compat/llm/index.ts';
import { legacyState } from '../../../src/compat/legacy-view.ts';
import { CircuitBreakerOpenError } from '../../../src/index.ts';
import type { UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, errorOf, fail } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

describe('LLMClientConfig', () => {
  it.each([
    ['FAST', LLMClientConfig.FAST, 5, 20, 10, 3],
    ['STANDARD', LLMClientConfig.STANDARD, 7, 45, 20, 15],
    ['SLOW', LLMClientConfig.SLOW, 3, 60, 30, 20],
    ['STRUCTURED', LLMClientConfig.STRUCTURED, 3, 20, 10, 5],
  ])('%s has its numbers, in seconds', (_name, config, failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold) => {
    expect(config).toMatchObject({ failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold, successThreshold: 3, halfOpenMaxCalls: 3, adaptiveThreshold: false });
    expect(config.toUnifiedConfig()).toMatchObject({
      failureThreshold,
      recoveryTimeoutMs: recoveryTimeout * 1_000,
      timeoutMs: timeoutSeconds * 1_000,
      slowCallThresholdMs: slowCallThreshold * 1_000,
      errorRateThreshold: 0.5,
      minRequestsThreshold: Math.max(5, failureThreshold),
    });
  });

  it('is a CircuitBreakerConfig, whose defaults are the legacy ones', () => {
    expect(LLMClientConfig.FAST).toBeInstanceOf(CircuitBreakerConfig);
    expect(new CircuitBreakerConfig()).toMatchObject({ name: 'default', failureThreshold: 5, successThreshold: 3, recoveryTimeout: 60, halfOpenMaxCalls: 3, timeoutSeconds: 60, slowCallThreshold: 5 });
  });
});

describe('LLMCircuitBreakerManager', () => {
  it.each([
    ['fast-model', 5],
    ['gpt-3.5-turbo', 5],
    ['GPT-3.5', 5],
    ['gpt-4', 7],
    ['gemini-2.5-flash', 7],
    ['gemini-2.5-pro', 7],
    ['claude-opus', 7],
    ['slow-and-careful', 3],
  ])('gives %s a circuit that opens at %s failures', async (model, threshold) => {
    const runtime = testRuntime();
    const circuit = await new LLMCircuitBreakerManager(runtime).getCircuit(model);
    await fail(circuit.breaker, threshold - 1);
    const before = circuit.state;
    await fail(circuit.breaker);

    expect([before, circuit.state]).toEqual(['closed', 'open']);
    expect(runtime.manager.getCircuitBreakerNames()).toEqual([`llm_${model}`]);
  });

  it('lists structured circuits under a name of their own, with their numbers', async () => {
    const runtime = testRuntime();
    const circuit = await new LLMCircuitBreakerManager(runtime).getStructuredCircuit('gpt-4');

    expect(circuit.config).toMatchObject({ name: 'gpt-4_structured', failureThreshold: 3, recoveryTimeout: 20, timeoutSeconds: 10 });
    expect(runtime.manager.getCircuitBreakerNames()).toEqual(['gpt-4_structured']);
  });

  it('gives the same circuit again, and a fresh one when it was taken off the list', async () => {
    const runtime = testRuntime();
    const manager = new LLMCircuitBreakerManager(runtime);
    const circuit = await manager.getCircuit('gpt-4');
    const again = await manager.getCircuit('gpt-4');
    runtime.manager.removeCircuitBreaker('llm_gpt-4');

    expect(again).toBe(circuit);
    expect(await manager.getCircuit('gpt-4')).not.toBe(circuit);
  });

  it('shows the status of all circuits, structured ones too', async () => {
    const manager = new LLMCircuitBreakerManager(testRuntime());
    (await manager.getCircuit('gpt-4')).forceOpen();
    await manager.getStructuredCircuit('gpt-4');

    expect(await manager.getAllCircuitStatus()).toMatchObject({ 'gpt-4': { name: 'llm_gpt-4', state: 'open' }, 'gpt-4_structured': { state: 'closed', config: { recoveryTimeout: 20 } } });
  });

  it('shows at most 1 000 circuits: the one asked for longest ago makes room', async () => {
    const manager = new LLMCircuitBreakerManager(testRuntime());
    for (const model of ['first', 'second', 'first']) await manager.getCircuit(model);
    for (let model = 2; model <= 1_000; model += 1) await manager.getCircuit(`model-${model}`);
    const { first, second, ...others } = await manager.getAllCircuitStatus();

    expect([first?.name, second, Object.keys(others).length]).toEqual(['llm_first', undefined, 999]);
  });

  it('closes all circuits, or those of one model, structured ones too', async () => {
    const manager = new LLMCircuitBreakerManager(testRuntime());
    const circuits = [await manager.getCircuit('gpt-4'), await manager.getStructuredCircuit('gpt-4'), await manager.getCircuit('claude')];
    const openAll = (): void => circuits.forEach((circuit) => circuit.forceOpen());
    const states = (): string[] => circuits.map(({ state }) => state);

    openAll();
    const answers = [await manager.resetCircuit('gpt-4'), await manager.resetCircuit('unknown')];
    expect([answers, states()]).toEqual([[true, false], ['closed', 'closed', 'open']]);
    openAll();
    expect(await manager.resetCircuit('gpt-4_structured')).toBe(true);
    expect(states()).toEqual(['open', 'closed', 'open']);
    openAll();
    await manager.resetAllCircuits();
    expect(states()).toEqual(['closed', 'closed', 'closed']);
  });

  it.each([
    [400, 'closed'],
    [401, 'closed'],
    [408, 'open'],
    [429, 'open'],
    [500, 'open'],
  ])('after errors with status %s is %s', async (status, state) => {
    const circuit = await new LLMCircuitBreakerManager(testRuntime()).getStructuredCircuit('gpt-4');
    await fail(circuit.breaker, 3, Object.assign(new Error('no'), { status }));

    expect(circuit.state).toBe(state);
  });

  it('rejects with the legacy message', async () => {
    const circuit = await new LLMCircuitBreakerManager(testRuntime()).getCircuit('gpt-4');
    circuit.forceOpen();

    expect(await errorOf(circuit.call(() => 1))).toMatchObject({ message: "Circuit breaker 'llm_gpt-4' is OPEN", code: 'ERR_CIRCUIT_OPEN' });
  });

  it('waits twice as long after a failed probe, and closes after three successes', async () => {
    const runtime = testRuntime();
    const circuit = await new LLMCircuitBreakerManager(runtime).getCircuit('gpt-4');
    circuit.forceOpen();
    runtime.clock.advance(45_000);
    circuit.recordFailure('timeout');
    expect(circuit.breaker.retryAfterMs).toBe(90_000);
    runtime.clock.advance(90_000);
    const states = [1, 2, 3].map(() => {
      circuit.recordSuccess();
      return circuit.state;
    });

    expect(states).toEqual(['half_open', 'half_open', 'closed']);
  });

  const structured = (runtime: TestRuntime): Driven => {
    const circuit = new LLMCircuitBreakerManager(runtime).getStructuredCircuit('gpt-4');
    const breaker = runtime.manager.getCircuitBreaker('gpt-4_structured') as UnifiedCircuitBreaker;
    return { success: async () => (await circuit).recordSuccess(), failure: async () => (await circuit).recordFailure('error'), state: () => legacyState(breaker) };
  };
  const RULES = { opensWhen: either(inARow(3), rate((failed, all) => failed / all >= 0.5, 10, 5)), waitMs: 20_000, closesAfter: 3 };

  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: ['failure', 'failure', 'failure'] },
    { title: 'opens at half of the outcomes, of which it wants five', sequence: ['failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'stays closed below half', sequence: ['success', 'success', 'success', 'failure', 'failure'] },
    { title: 'closes after three successes', sequence: ['failure', 'failure', 'failure', 20_000, 'success', 'success', 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, structured, RULES)).resolves.toBeUndefined());
});

describe('CircuitBreakerRetryStrategy', () => {
  const once = new RetryStrategy({ maxAttempts: 1 });
  const RULES = { opensWhen: inARow(5), waitMs: 30_000, closesAfter: 1 };
  const make = (runtime: TestRuntime): Driven => {
    const strategy = new CircuitBreakerRetryStrategy(once, runtime);
    return {
      success: () => strategy.executeWithRetry(() => 'fine').catch(() => {}),
      failure: () => strategy.executeWithRetry(() => Promise.reject(BOOM)).catch(() => {}),
      state: () => legacyState(strategy.breaker),
    };
  };

  it('opens after five failed runs in a row for 30 s, and closes at one success, for any sequence', () => expect(agreeAlways(make, RULES)).resolves.toBeUndefined());

  it('counts a whole run of attempts as one', async () => {
    const { clock, ...runtime } = testRuntime();
    const strategy = new CircuitBreakerRetryStrategy(new RetryStrategy({ maxAttempts: 3, jitterRange: [1, 1] }, runtime), { ...runtime, clock });
    let attempts = 0;
    const run = errorOf(
      strategy.executeWithRetry(() => {
        attempts += 1;
        throw new Error('HTTP 503');
      }),
    );
    await clock.advanceAsync(3_000);
    await run;

    expect([attempts, strategy.getCircuitStatus().metrics.failedCalls]).toEqual([3, 1]);
  });

  it('passes arguments and gives the result', async () => {
    expect(await new CircuitBreakerRetryStrategy(once, testRuntime()).executeWithRetry((a: number, b: number) => a + b, 1, 2)).toBe(3);
  });

  it('rejects with its message while open, in an error that outer breakers know', async () => {
    const strategy = new CircuitBreakerRetryStrategy(once, testRuntime());
    await fail(strategy.breaker, 5);
    const error = await errorOf(strategy.executeWithRetry(() => 'never'));

    expect(strategy.isCircuitOpen()).toBe(true);
    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({ message: 'Circuit breaker is open', breakerName: 'llm_retry_circuit', retryAfterMs: 30_000 });
  });

  it('does not stay open for ever', async () => {
    const runtime = testRuntime();
    const strategy = new CircuitBreakerRetryStrategy(once, runtime);
    await fail(strategy.breaker, 5);
    runtime.clock.advance(30_000);

    expect(strategy.isCircuitOpen()).toBe(false);
    expect(await strategy.executeWithRetry(() => 'back')).toBe('back');
    expect(strategy.breaker.state).toBe('closed');
  });

  it('has a circuit of its own, without a timeout', async () => {
    const runtime = testRuntime();
    const [one, other] = [new CircuitBreakerRetryStrategy(once, runtime), new CircuitBreakerRetryStrategy(once, runtime)];
    await fail(one.breaker, 5);

    expect([one.isCircuitOpen(), other.isCircuitOpen(), runtime.manager.size]).toEqual([true, false, 0]);
    expect(other.getCircuitStatus().config.timeoutMs).toBe(null);
  });

  it('does not count what the caller did wrong', async () => {
    const strategy = new CircuitBreakerRetryStrategy(once, testRuntime());
    await fail(strategy.breaker, 9, Object.assign(new Error('no'), { status: 400 }));

    expect(strategy.isCircuitOpen()).toBe(false);
  });
});
