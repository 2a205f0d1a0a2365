import type { LegacyName } from '../legacy-name.ts';
import { coreNames } from './core.ts';

/** Rows for names of core that another module passed on: the same objects, whose warnings, kept behaviour and repairs are those of core. */
export function passedOn(source: string, module: string, names: Readonly<Record<string, string>>): LegacyName[] {
  return coreNames.flatMap(({ kept: _kept, repaired: _repaired, ...row }) => {
    const shim = names[row.shim];
    if (shim === undefined) return [];
    const name = shim === row.shim ? row.name : shim;
    return [{ ...row, module, name, source, shim, note: `the same as \`${row.shim}\` of \`core\`, under whose name it warns` }];
  });
}
