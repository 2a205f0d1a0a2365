import { isRequestError } from './node-errors.ts';
import { presetFrom } from './preset.ts';
import type { SourcedPreset } from './preset.ts';

const speed = (failureThreshold: number, recoverySeconds: number, timeoutSeconds: number, slowSeconds: number): SourcedPreset =>
  presetFrom('LLMClientConfig', { failureThreshold, recoverySeconds, timeoutSeconds, slowSeconds }, { ignoreErrors: isRequestError });

/** A small model, for answers at once. */
export const fast = /* @__PURE__ */ speed(5, 20, 10, 3);
/** A usual model. */
export const usual = /* @__PURE__ */ speed(7, 45, 20, 15);
/** A large model that thinks. */
export const slow = /* @__PURE__ */ speed(3, 60, 30, 20);
/** Structured output. */
export const structured = /* @__PURE__ */ speed(3, 20, 10, 5);

/** With a minimum of 3 calls any one failure is above 4 or 6 %, so that the circuit opened at the first failure after a success. */
const UNMEASURABLE = 'so few calls cannot show such a rate: one failure opened the circuit';

/** Gemini Flash. */
export const geminiFlash = /* @__PURE__ */ presetFrom(
  'Gemini Flash configuration',
  { failureThreshold: 10, recoverySeconds: 5, timeoutSeconds: 5, successThreshold: 2, slowSeconds: 1.6, errorRate: 0.04, maxBackoffSeconds: 60 },
  { ignoreErrors: isRequestError },
  UNMEASURABLE,
);

/** Gemini Pro. */
export const geminiPro = /* @__PURE__ */ presetFrom(
  'Gemini Pro configuration',
  { failureThreshold: 8, recoverySeconds: 10, timeoutSeconds: 17, successThreshold: 2, slowSeconds: 5, errorRate: 0.06, maxBackoffSeconds: 60 },
  { ignoreErrors: isRequestError },
  UNMEASURABLE,
);
