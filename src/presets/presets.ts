import type { SharedCircuitConfig } from '../breaker/options/options.ts';
import { database } from '../profiles/database.ts';
import { http } from '../profiles/http.ts';
import { llm } from '../profiles/llm.ts';
import { redis } from '../profiles/redis.ts';

/** Options to start a breaker from. */
export type Preset = Omit<SharedCircuitConfig, 'clock' | 'random'>;

type Numbers = Preset & Readonly<Record<'failureThreshold' | 'errorRateThreshold' | 'slidingWindowSize', number>>;

/** The defaults of the code that this library replaces. docs/presets.md has the origin of all numbers. */
const canonical: Numbers = /* @__PURE__ */ Object.freeze({
  failureThreshold: 5,
  recoveryTimeoutMs: 60_000,
  timeoutMs: 30_000,
  successThreshold: 3,
  halfOpenMaxCalls: 3,
  slidingWindowSize: 10,
  errorRateThreshold: 0.5,
  minRequestsThreshold: 5,
  slowCallThresholdMs: 5_000,
  maxBackoffMs: 300_000,
});

/** The first and the longest wait. The defaults of the library: users wait for the dependency. */
const PROMPT = { recoveryTimeoutMs: 1_000, maxBackoffMs: 5_000 };
/** Users can do without it for a while. */
const PATIENT = { recoveryTimeoutMs: 2_000, maxBackoffMs: 10_000 };
/** A probe is expensive, or outages last. */
const SPARING = { recoveryTimeoutMs: 5_000, maxBackoffMs: 30_000 };

/** Numbers that most presets set: threshold, timeout and waits. */
const set = (failureThreshold: number, timeoutMs: number, waits = PROMPT): Numbers =>
  ({ ...canonical, failureThreshold, timeoutMs, ...waits });

const createEnvironments = () => Object.freeze({
  development: preset({ ...set(10, 15_000), halfOpenMaxCalls: 5, slidingWindowSize: 100 }),
  staging: preset({ ...set(8, 12_000), halfOpenMaxCalls: 4, slidingWindowSize: 100 }),
  production: preset({ ...set(5, 10_000), slidingWindowSize: 100 }),
  testing: preset({ ...set(15, 30_000), halfOpenMaxCalls: 10, slidingWindowSize: 100 }),
});

const createTiers = () => Object.freeze({
  critical: preset(set(3, 5_000)),
  essential: preset(set(5, 10_000)),
  standard: preset(set(10, 15_000, PATIENT)),
  experimental: preset({ ...set(20, 30_000, SPARING), slidingWindowSize: 20 }),
});

const model = (options: Numbers): Preset => preset({ ...options, profile: llm() });

const createModels = () => {
  const gemini = { successThreshold: 2 };
  return {
    fast: model({ ...set(5, 10_000, SPARING), slowCallThresholdMs: 3_000 }),
    standard: model({ ...set(7, 20_000, SPARING), slowCallThresholdMs: 15_000 }),
    slow: model({ ...set(3, 30_000, SPARING), slowCallThresholdMs: 20_000 }),
    structured: model(set(3, 10_000, SPARING)),
    geminiFlash: model({ ...set(10, 5_000, SPARING), ...gemini, slowCallThresholdMs: 1_600 }),
    geminiPro: model({ ...set(8, 17_000, SPARING), ...gemini }),
  };
};

const createPresets = () => ({
  /** The defaults of the code that this library replaces. Use it only to migrate from legacy names. */
  canonical,
  /** A database. Ignores errors of the statement. */
  database: preset({
    ...set(3, 10_000),
    successThreshold: 2,
    slidingWindowSize: 8,
    errorRateThreshold: 0.6,
    profile: database(),
  }),
  /** An authentication service over HTTP. Ignores HTTP 4xx except 408, 425 and 429. */
  authService: preset({ ...set(5, 15_000), slidingWindowSize: 12, profile: http() }),
  /** A language model over HTTP. Ignores HTTP 4xx except 402, 408, 425 and 429. */
  llmService: preset({
    ...set(10, 60_000, SPARING),
    successThreshold: 2,
    errorRateThreshold: 0.4,
    slowCallThresholdMs: 30_000,
    profile: llm(),
  }),
  /** ClickHouse. Ignores errors of the query. */
  clickhouse: preset({ ...set(4, 20_000, SPARING), profile: database() }),
  /** Redis. Ignores errors of the command. */
  redis: preset({
    ...set(5, 5_000),
    successThreshold: 2,
    slidingWindowSize: 15,
    errorRateThreshold: 0.6,
    profile: redis(),
  }),
  /** By where the service runs. All errors count. */
  environments: createEnvironments(),
  /** By how important the dependency is. All errors count. */
  tiers: createTiers(),
  /** By the speed of a language model, or by model. Ignores HTTP 4xx except 402, 408, 425 and 429. */
  llm: Object.freeze(createModels()),
});

/**
 * Options to start a breaker from.
 * @example
 * ```ts
 * import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 * import { presets } from 'unified-circuit-breaker/presets';
 *
 * const orders = new UnifiedCircuitBreaker({ ...presets.database, name: 'orders-db' });
 * ```
 */
export const presets = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ createPresets());

/** Lets a burst count once, and the failure rate wait for `failureThreshold` failures, as far as the window allows. */
function preset(options: Numbers): Preset {
  const { failureThreshold, errorRateThreshold, slidingWindowSize } = options;
  const minRequestsThreshold = Math.min(slidingWindowSize, Math.ceil(failureThreshold / errorRateThreshold));
  return Object.freeze({ ...options, minRequestsThreshold, burstMs: 1_000 });
}

/** Makes a filter of the errors that a preset ignores. */
export const ignoredBy = ({ profile }: Preset) => (error: unknown): boolean =>
  profile?.judge({ status: 'failure', error }, 0) === 'ignored';
