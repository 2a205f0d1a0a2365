import { anObject, assertNone, problemWith } from '../core/validation.ts';

type CamelCase<Text> = Text extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Text;

/** The same values under names in camelCase; `null` is Python's `None`, and left out. */
export type FromPython<Config> = { readonly [Key in keyof Config as CamelCase<Key>]: Exclude<Config[Key], null> };

/**
 * A legacy configuration written in snake_case, as Python or JSON has it, for a legacy name. Units stay: seconds are seconds.
 *
 * @example
 * ```ts
 * import { CircuitConfig, fromPythonConfig } from 'unified-circuit-breaker/compat';
 *
 * const config = new CircuitConfig(fromPythonConfig({ name: 'orders', failure_threshold: 3, recovery_timeout: 30 }));
 * config.toUnifiedConfig().recoveryTimeoutMs; //=> 30000
 * ```
 * @throws CircuitBreakerConfigError when two keys become one, or it is no object.
 */
export function fromPythonConfig<const Config extends object>(config: Config): FromPython<Config> {
  assertNone('fromPythonConfig', [problemWith('config', config, anObject)]);
  const given = Object.entries(config).filter(([, value]) => value !== null);
  const entries = given.map(([key, value]) => [camelCase(key), value as unknown, key] as const);
  const keys = entries.map(([key]) => key);
  const twice = entries.filter(([key], index) => keys.indexOf(key) !== index);
  assertNone('fromPythonConfig', twice.map(([key, , spelled]) => `Expected one spelling of \`${key}\`, got \`${spelled}\` besides`));
  return Object.fromEntries(entries) as FromPython<Config>;
}

function camelCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}
