import { geminiFlash, geminiPro } from '../../presets/llm.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import type { Preset } from '../../presets/preset.ts';
import { legacyConfig } from '../legacy-config.ts';
import { secondsOf } from '../legacy-view.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { domainSettings } from '../mapping/domain.ts';
import { llmOptions } from '../mapping/domain-options.ts';
import { domainConfig } from './domain-config.ts';
import type { DomainConfig } from './domain-config.ts';

/** What `LlmCircuitBreakerConfig` takes: legacy names, seconds. */
export type LlmCircuitBreakerOptions = GivenLegacy<typeof llmOptions>;

type Shown = 'failureThreshold' | 'requestTimeoutSeconds' | 'tokenRateLimitPerMinute' | 'costThresholdDollars';

/** The configuration of an `LlmCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type LlmCircuitBreakerConfig = DomainConfig<typeof llmOptions, Shown>;

/** The configuration of an `LlmCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const LlmCircuitBreakerConfig = /* @__PURE__ */ domainConfig(
  /* @__PURE__ */ legacyConfig({ source: 'domain', name: 'LlmCircuitBreakerConfig' }, llmOptions, domainSettings),
  llmOptions,
  {
    shown: ['failureThreshold', 'requestTimeoutSeconds', 'tokenRateLimitPerMinute', 'costThresholdDollars'],
    expected: 'expectedLlmExceptions',
    answers: isRequestError,
    always: ['LlmValidationError'],
  },
);

/** Options, and for what they leave out those of the model. */
export function withTuning(options: LlmCircuitBreakerOptions, model: string | null): LlmCircuitBreakerOptions {
  return { ...tunedFor(model), ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
}

/** The options of a Gemini model, from its preset; none for any other model. */
function tunedFor(model: string | null): LlmCircuitBreakerOptions {
  if (model === null || !model.startsWith('gemini-')) return {};
  if (model.includes('flash')) return inSeconds(geminiFlash.preset);
  return model.includes('pro') ? inSeconds(geminiPro.preset) : {};
}

function inSeconds(preset: Preset): LlmCircuitBreakerOptions {
  const { failureThreshold, successThreshold, slidingWindowSize, errorRateThreshold } = preset;
  return {
    failureThreshold: failureThreshold ?? undefined,
    successThreshold,
    slidingWindowSize,
    errorRateThreshold: errorRateThreshold ?? undefined,
    recoveryTimeoutSeconds: secondsOf(preset.recoveryTimeoutMs),
    requestTimeoutSeconds: secondsOf(preset.timeoutMs),
    slowCallThresholdSeconds: secondsOf(preset.slowCallThresholdMs),
    maxBackoffSeconds: secondsOf(preset.maxBackoffMs),
  };
}
