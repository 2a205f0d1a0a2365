import { CircuitBreakerConfigError, UnifiedCircuitBreaker } from '../../src/index.ts';

/** What a breaker says about options that TypeScript would not let through; empty when it accepts them. */
export function problemsOfConfig(config: unknown): readonly string[] {
  try {
    new UnifiedCircuitBreaker(config as never).dispose();
    return [];
  } catch (error) {
    if (error instanceof CircuitBreakerConfigError) return error.problems;
    throw error;
  }
}
