import { describe, expect, it } from 'vitest';
import { CircuitBreakerRetryStrategy, LLMCircuitBreakerManager, LLMClientConfig } from '../../src/compat/names/llm.ts';
import { CircuitBreakerOpenError } from '../../src/index.ts';
import { BOOM, errorOf, fail } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

describe('LLMClientConfig', () => {
  it.each([
    ['FAST', LLMClientConfig.FAST, 5, 20, 10, 3],
    ['STANDARD', LLMClientConfig.STANDARD, 7, 45, 20, 15],
    ['SLOW', LLMClientConfig.SLOW, 3, 60, 30, 20],
    ['STRUCTURED', LLMClientConfig.STRUCTURED, 3, 20, 10, 5],
  ])('%s has its numbers, in seconds', (_, config, ...numbers) => {
    const [failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold] = numbers;

    expect(config).toMatchObject({ failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold });
    expect(config.toUnifiedConfig()).toMatchObject({ errorRateThreshold: 0.5, successThreshold: 3 });
  });
});

describe('LLMCircuitBreakerManager', () => {
  const made = () => {
    const runtime = testRuntime();
    return { ...runtime, models: new LLMCircuitBreakerManager(runtime) };
  };

  it.each([
    ['fast-model', 5], ['gpt-3.5-turbo', 5], ['GPT-3.5', 5], ['gpt-4', 7], ['gemini-2.5-flash', 7],
    ['claude-opus', 7], ['slow-and-careful', 3],
  ])('returns for %s a circuit with a threshold of %s', async (model, threshold) => {
    const { models, manager } = made();
    const circuit = await models.getCircuit(model);

    expect(circuit.breaker.getStatus().config.failureThreshold).toBe(threshold);
    expect(manager.getCircuitBreakerNames()).toEqual([`llm_${model}`]);
  });

  it('has structured circuits under a name of their own, with their numbers', async () => {
    const { models, manager } = made();
    const { config } = await models.getStructuredCircuit('gpt-4');

    expect(config).toMatchObject({ name: 'gpt-4_structured', failureThreshold: 3, recoveryTimeout: 20 });
    expect(manager.getCircuitBreakerNames()).toEqual(['gpt-4_structured']);
  });

  it('returns a circuit again, and a new one when it was removed', async () => {
    const { models, manager } = made();
    const circuit = await models.getCircuit('gpt-4');
    const again = await models.getCircuit('gpt-4');
    manager.removeCircuitBreaker('llm_gpt-4');

    expect(again).toBe(circuit);
    expect(await models.getCircuit('gpt-4')).not.toBe(circuit);
  });

  it('shows the status of at most 1,000 circuits, and the one asked for longest ago leaves', async () => {
    const { models } = made();
    for (const model of ['first', 'second', 'first']) await models.getCircuit(model);
    for (let model = 2; model <= 1_000; model += 1) await models.getCircuit(`model-${model}`);
    const { first, second, ...others } = await models.getAllCircuitStatus();

    expect([first?.name, second, Object.keys(others).length]).toEqual(['llm_first', undefined, 999]);
  });

  it('118, 119: closes all circuits, or those of one model, also structured ones', async () => {
    const { models } = made();
    await models.resetAllCircuits();
    const [chat, structured] = [await models.getCircuit('gpt-4'), await models.getStructuredCircuit('gpt-4')];
    const circuits = [chat, structured, await models.getCircuit('claude')];
    const after = async (reset: () => Promise<unknown>) => {
      for (const circuit of circuits) circuit.forceOpen();
      return [await reset(), ...circuits.map(({ isOpen }) => isOpen)];
    };

    expect(await after(() => models.resetCircuit('gpt-4'))).toEqual([true, false, false, true]);
    expect(await after(() => models.resetCircuit('gpt-4_structured'))).toEqual([true, true, false, true]);
    expect(await after(() => models.resetCircuit('unknown'))).toEqual([false, true, true, true]);
    expect(await after(() => models.resetAllCircuits())).toEqual([undefined, false, false, false]);
    expect(await models.getAllCircuitStatus()).toMatchObject({ 'gpt-4_structured': { state: 'closed' } });
  });

  it.each([[400, 'closed'], [401, 'closed'], [408, 'open'], [429, 'open'], [500, 'open']])(
    'after errors with status %s is %s',
    async (status, state) => {
      const circuit = await made().models.getStructuredCircuit('gpt-4');
      await fail(circuit.breaker, 3, Object.assign(new Error('no'), { status }));

      expect(circuit.state).toBe(state);
    },
  );
});

describe('CircuitBreakerRetryStrategy', () => {
  const pacing = (maxAttempts: number) => ({
    maxAttempts, calculateDelay: (attempt: number) => Math.min(1, 0.1 * 2 ** (attempt - 1)), shouldRetry: () => true,
  });

  it('65: waits as its strategy says, and counts a run of attempts once', async () => {
    const { clock, ...runtime } = testRuntime();
    const strategy = new CircuitBreakerRetryStrategy(pacing(5), { ...runtime, clock });
    const moments: number[] = [];
    const run = errorOf(strategy.executeWithRetry(() => {
      moments.push(clock.now());
      return Promise.reject(BOOM);
    }));
    await clock.advanceAsync(10_000);

    expect([await run, moments]).toEqual([BOOM, [0, 100, 300, 700, 1_500]]);
    expect(strategy.getCircuitStatus().metrics.failedCalls).toBe(1);
  });

  it('opens a circuit of its own, and rejects with its message in an error that outer breakers know', async () => {
    const runtime = testRuntime();
    const make = () => new CircuitBreakerRetryStrategy(pacing(1), runtime);
    const [one, other] = [make(), make()];
    await fail(one.breaker, 5);
    const error = await errorOf(one.executeWithRetry(() => 'never'));

    expect([one.isCircuitOpen(), other.isCircuitOpen(), runtime.manager.size]).toEqual([true, false, 0]);
    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error)
      .toMatchObject({ message: 'Circuit breaker is open', breakerName: 'llm_retry_circuit', retryAfterMs: 30_000 });
    expect(other.getCircuitStatus().config.timeoutMs).toBe(null);
  });

  it('does not count errors of the request', async () => {
    const strategy = new CircuitBreakerRetryStrategy(pacing(1), testRuntime());
    await fail(strategy.breaker, 9, Object.assign(new Error('no'), { status: 400 }));

    expect(strategy.isCircuitOpen()).toBe(false);
  });
});
