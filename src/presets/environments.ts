import { presetFrom } from './preset.ts';
import type { SourcedPreset } from './preset.ts';

const environment = (failureThreshold: number, recoverySeconds: number, halfOpenMaxCalls: number, timeoutSeconds: number): SourcedPreset =>
  presetFrom('CircuitConfig.create_for_environment', { failureThreshold, recoverySeconds, halfOpenMaxCalls, timeoutSeconds, window: 100 });

/** On a developer's machine: patient, soon back. */
export const development = /* @__PURE__ */ environment(10, 30, 5, 15);
/** Before production. */
export const staging = /* @__PURE__ */ environment(8, 60, 4, 12);
/** For users. */
export const production = /* @__PURE__ */ environment(5, 120, 3, 10);
/** In tests against real dependencies. */
export const testing = /* @__PURE__ */ environment(15, 5, 10, 30);
