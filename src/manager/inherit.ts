import type { GivenOptions } from './options.ts';

/** Two ways to say one thing: naming one replaces an inherited other. */
const ALTERNATIVES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['classify'], ['ignoreErrors', 'countErrors', 'isFailure']],
  [['slidingWindowMs'], ['slidingWindowSize']],
  [['backoff'], ['exponentialBackoff']],
];

/** The options of several layers as one, the later over the earlier; tags are joined. */
export function inherit(...layers: readonly GivenOptions[]): GivenOptions {
  const all: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const layer of layers) {
    for (const replaced of replacedBy(layer)) delete all[replaced];
    const tags = { ...(all['tags'] as object), ...(layer['tags'] as object) };
    Object.assign(all, layer);
    if (layer['tags'] !== undefined) all['tags'] = tags;
  }
  return Object.freeze(all);
}

function replacedBy(layer: GivenOptions): readonly string[] {
  const names = (options: readonly string[]): boolean => options.some((option) => layer[option] !== undefined);
  return ALTERNATIVES.flatMap(([one, other]) => [...(names(one) ? other : []), ...(names(other) ? one : [])]);
}
