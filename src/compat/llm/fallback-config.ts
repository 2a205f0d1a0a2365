import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { fallbackConfigOptions } from '../mapping/llm.ts';

/** What `FallbackConfig` takes: legacy names, seconds. */
export type FallbackConfigOptions = GivenLegacy<typeof fallbackConfigOptions>;

/** How an `LLMFallbackHandler` retries, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type FallbackConfig = LegacyConfig<typeof fallbackConfigOptions>;

/** How an `LLMFallbackHandler` retries, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const FallbackConfig = /* @__PURE__ */ legacyConfig({ source: 'llm', name: 'FallbackConfig' }, fallbackConfigOptions);
