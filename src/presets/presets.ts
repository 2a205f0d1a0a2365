import { development, production, staging, testing } from './environments.ts';
import { fast, geminiFlash, geminiPro, slow, structured, usual } from './llm.ts';
import type { Preset, SourcedPreset } from './preset.ts';
import { authService, canonical, clickhouse, database, llmService, redis } from './services.ts';
import { critical, essential, experimental, standard } from './tiers.ts';

/** Options to start a breaker from, by what it protects. All of it is frozen. */
export interface Presets {
  /** What the earlier code base used for everything. */
  readonly canonical: Preset;
  /** A relational database; SQL errors of the statement are ignored. */
  readonly database: Preset;
  /** An authentication service over HTTP; statuses 400 to 499 but 408 and 429 are ignored. */
  readonly authService: Preset;
  /** A language model over HTTP; statuses 400 to 499 but 408 and 429 are ignored. */
  readonly llmService: Preset;
  /** ClickHouse; errors of the query are ignored. */
  readonly clickhouse: Preset;
  /** Redis; errors of the command are ignored. */
  readonly redis: Preset;
  /** By where the service runs. All errors count. */
  readonly environments: Readonly<Record<'development' | 'staging' | 'production' | 'testing', Preset>>;
  /** By how much depends on the dependency. All errors count. */
  readonly tiers: Readonly<Record<'critical' | 'essential' | 'standard' | 'experimental', Preset>>;
  /** By the speed of a language model, and by the model. Statuses 400 to 499 but 408 and 429 are ignored. */
  readonly llm: Readonly<Record<'fast' | 'standard' | 'slow' | 'structured' | 'geminiFlash' | 'geminiPro', Preset>>;
}

const createSources = (): Readonly<Record<string, SourcedPreset>> => ({
  canonical,
  database,
  authService,
  llmService,
  clickhouse,
  redis,
  'environments.development': development,
  'environments.staging': staging,
  'environments.production': production,
  'environments.testing': testing,
  'tiers.critical': critical,
  'tiers.essential': essential,
  'tiers.standard': standard,
  'tiers.experimental': experimental,
  'llm.fast': fast,
  'llm.standard': usual,
  'llm.slow': slow,
  'llm.structured': structured,
  'llm.geminiFlash': geminiFlash,
  'llm.geminiPro': geminiPro,
});

/** Where the numbers of each preset come from, by its path in `presets`. */
export const presetSources = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ createSources());

const createPresets = (): Presets => ({
  canonical: canonical.preset,
  database: database.preset,
  authService: authService.preset,
  llmService: llmService.preset,
  clickhouse: clickhouse.preset,
  redis: redis.preset,
  environments: Object.freeze({ development: development.preset, staging: staging.preset, production: production.preset, testing: testing.preset }),
  tiers: Object.freeze({ critical: critical.preset, essential: essential.preset, standard: standard.preset, experimental: experimental.preset }),
  llm: Object.freeze({
    fast: fast.preset,
    standard: usual.preset,
    slow: slow.preset,
    structured: structured.preset,
    geminiFlash: geminiFlash.preset,
    geminiPro: geminiPro.preset,
  }),
});

/**
 * Options to start a breaker from.
 *
 * @example
 * ```ts
 * import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 * import { presets } from 'unified-circuit-breaker/presets';
 *
 * const orders = new UnifiedCircuitBreaker({ ...presets.database, name: 'orders-db' });
 * ```
 */
export const presets: Presets = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ createPresets());
