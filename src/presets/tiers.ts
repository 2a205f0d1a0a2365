import { presetFrom } from './preset.ts';
import type { SourcedPreset } from './preset.ts';

const tier = (failureThreshold: number, recoverySeconds: number, timeoutSeconds: number): SourcedPreset =>
  presetFrom('resilience policy templates', { failureThreshold, recoverySeconds, timeoutSeconds });

/** Nothing works without it. */
export const critical = /* @__PURE__ */ tier(3, 15, 5);
/** Much works without it. */
export const essential = /* @__PURE__ */ tier(5, 30, 10);
/** Most works without it. */
export const standard = /* @__PURE__ */ tier(10, 60, 15);
/** Nobody would notice. */
export const experimental = /* @__PURE__ */ tier(20, 120, 30);
