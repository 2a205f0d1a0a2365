import { assertNone, nearestName } from '../core/validation.ts';
import { differences } from './config-conflict.ts';
import { inherit } from './inherit.ts';
import type { GivenOptions } from './options.ts';
import { readGiven } from './read-options.ts';

/** Where the options of a breaker come from: the manager, a base, and what was given for it. */
export class Layers {
  readonly #defaults: GivenOptions;
  readonly #bases = new Map<string, GivenOptions>();

  constructor(defaults: GivenOptions) {
    this.#defaults = defaults;
  }

  addBase(name: string, config: unknown): void {
    const given = readGiven(`base ${name}`, config, 'base');
    const known = this.#bases.get(name);
    if (known !== undefined && (differences(known, given).length > 0 || differences(given, known).length > 0)) {
      assertNone(name, [`Expected one base configuration of that name, got another one; give it another name`]);
    }
    this.#bases.set(name, given);
  }

  /** What somebody names, their base included. */
  named(of: string, { base, ...own }: GivenOptions): GivenOptions {
    if (base === undefined) return own;
    const given = this.#bases.get(base as string);
    if (given === undefined) {
      const nearest = nearestName(base as string, [...this.#bases.keys()]);
      assertNone(of, [`Unknown base configuration \`${base as string}\`${nearest === undefined ? '; make it known by addBaseConfig()' : `; did you mean \`${nearest}\`?`}`]);
    }
    return inherit(given as GivenOptions, own);
  }

  /** The same over what the manager says for all. */
  whole(named: GivenOptions): GivenOptions {
    return inherit(this.#defaults, named);
  }
}
