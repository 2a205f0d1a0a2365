import { presets } from '../../src/presets/index.ts';
import type { Preset } from '../../src/presets/index.ts';

/** Every preset by its path, such as `llm.fast`. */
export function everyPreset(): [path: string, preset: Preset][] {
  return Object.entries(presets).flatMap(([name, value]: [string, object]): [string, Preset][] =>
    'failureThreshold' in value
      ? [[name, value as Preset]]
      : Object.entries(value as Record<string, Preset>).map(([inner, preset]) => [`${name}.${inner}`, preset]),
  );
}
