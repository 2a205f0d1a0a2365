// @ts-check
import { brakes } from './brakes.mjs';
import { cockatiel } from './cockatiel.mjs';
import { handWritten } from './hand-written.mjs';
import { mollitia } from './mollitia.mjs';
import { opossum } from './opossum.mjs';
import { ours } from './ours.mjs';

export { brakes, cockatiel, handWritten, mollitia, opossum, ours };

/** @type {readonly import('./plan.mjs').Library[]} In the order of the tables. */
export const libraries = [ours, handWritten, cockatiel, opossum, mollitia, brakes];
