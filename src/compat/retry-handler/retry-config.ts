import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { retryConfigOptions, retryConfigSettings } from '../mapping/retry-handler.ts';

/** What `RetryConfig` takes: legacy names, seconds. */
export type RetryConfigOptions = GivenLegacy<typeof retryConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. How a `UnifiedRetryHandler` retries, in seconds. */
export type RetryConfig = LegacyConfig<typeof retryConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. How a `UnifiedRetryHandler` retries, in seconds. */
export const RetryConfig = /* @__PURE__ */ legacyConfig({ source: 'retry-handler', name: 'RetryConfig' }, retryConfigOptions, retryConfigSettings);
