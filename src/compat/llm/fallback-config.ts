import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { fallbackConfigOptions } from '../mapping/llm.ts';

/** What `FallbackConfig` takes: legacy names, seconds. */
export type FallbackConfigOptions = GivenLegacy<typeof fallbackConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. How an `LLMFallbackHandler` retries, in seconds. */
export type FallbackConfig = LegacyConfig<typeof fallbackConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. How an `LLMFallbackHandler` retries, in seconds. */
export const FallbackConfig = /* @__PURE__ */ legacyConfig({ source: 'llm', name: 'FallbackConfig' }, fallbackConfigOptions);
