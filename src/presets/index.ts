/**
 * Options to start a breaker from.
 * @module
 */
export { presets } from './presets.ts';
export type { Preset } from './presets.ts';
export { UnifiedServiceCircuitBreakers } from './service-circuit-breakers.ts';
