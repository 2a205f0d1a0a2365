import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';

/** By the speed of a model. */
const CONFIGURATIONS = {
  FAST: { name: 'fast_llm', failureThreshold: 5, recoveryTimeout: 20, timeoutSeconds: 10, slowCallThreshold: 3 },
  STANDARD: { name: 'standard_llm', failureThreshold: 7, recoveryTimeout: 45, timeoutSeconds: 20, slowCallThreshold: 15 },
  SLOW: { name: 'slow_llm', failureThreshold: 3, recoveryTimeout: 60, timeoutSeconds: 30, slowCallThreshold: 20 },
  STRUCTURED: { name: 'structured_llm', failureThreshold: 3, recoveryTimeout: 20, timeoutSeconds: 10, slowCallThreshold: 5 },
} as const;

function made(speed: keyof typeof CONFIGURATIONS): CircuitBreakerConfig {
  warnOfLegacyName('llm', 'LLMClientConfig', 'presets.llm');
  return insideLegacyName(() => new CircuitBreakerConfig(CONFIGURATIONS[speed]));
}

/** The configurations of circuits for language models, by their speed. @deprecated Use `presets.llm`. */
export const LLMClientConfig = {
  /** For answers at once: 5 failures, 20 s, timeout 10 s. */
  get FAST(): CircuitBreakerConfig {
    return made('FAST');
  },

  /** For usual models: 7 failures, 45 s, timeout 20 s. */
  get STANDARD(): CircuitBreakerConfig {
    return made('STANDARD');
  },

  /** For models that think: 3 failures, 60 s, timeout 30 s. */
  get SLOW(): CircuitBreakerConfig {
    return made('SLOW');
  },

  /** For structured output: 3 failures, 20 s, timeout 10 s. */
  get STRUCTURED(): CircuitBreakerConfig {
    return made('STRUCTURED');
  },
};
