/**
 * Options to start a breaker from, with the source of each number.
 *
 * @module
 */
export type { NumberSource, Preset, SourcedPreset } from './preset.ts';
export { presets, presetSources } from './presets.ts';
export type { Presets } from './presets.ts';
export { UnifiedServiceCircuitBreakers } from './service-circuit-breakers.ts';
