import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { clickhouseOptions, clickhouseSettings } from '../mapping/clickhouse.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof clickhouseOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `ClickHouseCircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof clickhouseOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `ClickHouseCircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'clickhouse', name: 'CircuitBreakerConfig' }, clickhouseOptions, clickhouseSettings);
