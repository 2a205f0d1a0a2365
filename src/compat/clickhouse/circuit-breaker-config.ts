import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { clickhouseOptions, clickhouseSettings } from '../mapping/clickhouse.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof clickhouseOptions>;

/** The configuration of a `ClickHouseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof clickhouseOptions>;

/** The configuration of a `ClickHouseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'clickhouse', name: 'CircuitBreakerConfig' }, clickhouseOptions, clickhouseSettings);
