import { describe, expect, it } from 'vitest';
import { LLMCircuitBreakerManager, LLMFallbackHandler, RetryStrategy, withEnhancedRetry } from '../../src/compat/llm/index.ts';
import { CircuitBreakerOpenError } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf, fail } from '../support/outcomes.ts';

const OPEN = new CircuitBreakerOpenError('llm', { state: 'open', reason: 'tripped', retryAfterMs: 1_000, cause: undefined });

/** LEGACY 5, the rows about language models, and 6.1. */
describe('the language models of the earlier code base', () => {
  it('65: with base 0.1 s, factor 2 and a cap of 1 s the waits are 0.1, 0.2, 0.4 and 0.8 s, and the attempts 5', async () => {
    const { clock } = testRuntime();
    const strategy = new RetryStrategy({ maxAttempts: 5, baseDelay: 0.1, backoffFactor: 2, maxDelay: 1, jitterRange: [1, 1] });
    const moments: number[] = [];
    const run = withEnhancedRetry(strategy, { clock })(() => {
      moments.push(clock.now());
      return Promise.reject(new Error('timeout'));
    });
    const settled = errorOf(run());
    await clock.advanceAsync(10_000);
    await settled;

    expect(moments).toEqual([0, 100, 300, 700, 1_500]);
    expect(strategy.calculateDelay(5)).toBe(1);
  });

  it('115: the preset opens at the tenth failure in a row, and tries again after 10 s', async () => {
    const { breaker, clock } = breakerWith(presets.llmService);
    await fail(breaker, 9);
    const before = breaker.state;
    await fail(breaker);
    clock.advance(10_000);

    expect([before, breaker.state, breaker.canExecute()]).toEqual(['closed', 'open', true]);
  });

  it.each([
    [OPEN, true],
    [Object.assign(new Error('Circuit is open'), { name: 'CircuitBreakerOpenError' }), true],
    [new TypeError('a wrong value'), false],
    [null, false],
  ])('117: tells the rejection of a circuit from any other error: %s, %s', (error, is) => {
    expect(new LLMFallbackHandler({}, testRuntime()).isCircuitBreakerError(error)).toBe(is);
  });

  it.each([
    ['118: a reset of the handler closes each circuit', (handler: LLMFallbackHandler): void => handler.resetCircuitBreakers()],
    ['118: and so does the one that gives a promise', (handler: LLMFallbackHandler): Promise<void> => handler.resetCircuitBreakersAsync()],
  ])('%s', async (_title, reset) => {
    const runtime = testRuntime();
    const handler = new LLMFallbackHandler({ maxRetries: 1 }, runtime);
    for (let call = 0; call < 3; call += 1) for (const provider of ['openai', 'google']) await handler.executeWithFallback(() => Promise.reject(BOOM), 'ask', provider);
    const states = (): string[] => [...runtime.manager].map(({ state }) => state);
    const before = states();
    await reset(handler);

    expect([before, states()]).toEqual([['open', 'open'], ['closed', 'closed']]);
  });

  it('119: a reset of the manager does not throw, before and after its circuits were made', async () => {
    const manager = new LLMCircuitBreakerManager(testRuntime());
    await manager.resetAllCircuits();
    const circuit = await manager.getCircuit('gpt-4');
    circuit.forceOpen();
    await manager.resetAllCircuits();

    expect(circuit.state).toBe('closed');
  });

  describe('6.1: three failures of the shared model', () => {
    const outage = async () => {
      const runtime = testRuntime();
      const [triage, other] = [new LLMFallbackHandler({ maxRetries: 1 }, runtime), new LLMFallbackHandler({ maxRetries: 1 }, runtime)];
      for (let call = 0; call < 3; call += 1) await triage.executeWithFallback(() => Promise.reject(BOOM), 'triage', 'openai', 'triage');
      return { ...runtime, triage, other };
    };

    it('are told apart from an open circuit, in an answer that is never empty', async () => {
      const { triage } = await outage();
      const answer = await triage.executeWithFallback(() => 'fine', 'triage', 'openai', 'triage');

      expect(answer).toMatchObject({ category: 'System_Unavailable', confidenceScore: 0.1, metadata: { circuitBreakerTriggered: true } });
    });

    it('reach only those who ask the same provider', async () => {
      const { other } = await outage();

      expect(await other.executeWithFallback(() => 'fine', 'analysis', 'openai', 'data_analysis')).toMatchObject({ confidence: 0.1 });
      expect(await other.executeWithFallback(() => 'fine', 'analysis', 'google', 'data_analysis')).toBe('fine');
    });

    it('are over after 30 s: one good answer closes the circuit, for all', async () => {
      const { triage, other, clock } = await outage();
      clock.advance(30_000);

      expect(await triage.executeWithFallback(() => 'fine', 'triage', 'openai', 'triage')).toBe('fine');
      expect(await other.executeWithFallback(() => 'fine', 'triage', 'openai', 'triage')).toBe('fine');
    });
  });
});
