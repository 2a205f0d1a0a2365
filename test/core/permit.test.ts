import { describe, expect, it } from 'vitest';
import { Probe, UNBOUND } from '../../src/core/state.ts';
import { closedWith } from '../support/states.ts';

describe('a permit', () => {
  it('tells by its name what it is bound to', () => {
    const names = [closedWith().name, new Probe(0, 1, 2).name, UNBOUND.name];

    expect(names).toEqual(['closed', 'probe', 'unbound']);
  });
});
