import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { retryConfigOptions, retryConfigSettings } from '../mapping/retry-handler.ts';

/** What `RetryConfig` takes: legacy names, seconds. */
export type RetryConfigOptions = GivenLegacy<typeof retryConfigOptions>;

/** How a `UnifiedRetryHandler` retries, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type RetryConfig = LegacyConfig<typeof retryConfigOptions>;

/** How a `UnifiedRetryHandler` retries, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const RetryConfig = /* @__PURE__ */ legacyConfig({ source: 'retry-handler', name: 'RetryConfig' }, retryConfigOptions, retryConfigSettings);
