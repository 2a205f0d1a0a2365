import { isRequestError } from '../../presets/node-errors.ts';
import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { llmCircuitOptions } from '../mapping/llm.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof llmCircuitOptions>;

/** The configuration of a circuit for a language model, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof llmCircuitOptions>;

/** The configuration of a circuit for a language model, in seconds. Errors that the caller made do not count. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'llm', name: 'CircuitBreakerConfig' }, llmCircuitOptions, { ignoreErrors: isRequestError });
