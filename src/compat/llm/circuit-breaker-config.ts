import { isRequestError } from '../../presets/node-errors.ts';
import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { llmCircuitOptions } from '../mapping/llm.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof llmCircuitOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a circuit for a language model, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof llmCircuitOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a circuit for a language model, in seconds. Errors that the caller made do not count. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'llm', name: 'CircuitBreakerConfig' }, llmCircuitOptions, { ignoreErrors: isRequestError });
