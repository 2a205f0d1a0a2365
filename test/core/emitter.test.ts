import { describe, expect, it, vi } from 'vitest';
import { batch, Emitter } from '../../src/core/emitter.ts';

interface Events {
  ping: string;
  pong: number;
}

const BOOM = new Error('boom');

/** An emitter that writes down what listeners threw. */
function emitterWith(): { emitter: Emitter<Events>; errors: unknown[]; seen: unknown[] } {
  const errors: unknown[] = [];
  return { emitter: new Emitter<Events>((error) => void errors.push(error)), errors, seen: [] };
}

describe('Emitter', () => {
  it('shows an event to the listeners of its name, in order', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => void seen.push(['first', event]));
    emitter.on('pong', (event) => void seen.push(['other', event]));
    emitter.on('ping', (event) => void seen.push(['second', event]));

    emitter.emit('ping', 'a');
    emitter.emit('pong', 1);

    expect(seen).toEqual([
      ['first', 'a'],
      ['second', 'a'],
      ['other', 1],
    ]);
  });

  it('does nothing without listeners', () => {
    const { emitter, errors } = emitterWith();

    emitter.emit('ping', 'a');

    expect(errors).toEqual([]);
  });

  it('knows which events are listened to', () => {
    const { emitter } = emitterWith();
    const before = emitter.has('ping');

    const off = emitter.on('ping', () => {});
    const [during, other] = [emitter.has('ping'), emitter.has('pong')];
    off();

    expect([before, during, other, emitter.has('ping')]).toEqual([false, true, false, false]);
  });

  it('removes the one subscription that `on` returned the removal of', () => {
    const { emitter } = emitterWith();
    const listener = vi.fn<(event: string) => void>();
    const off = emitter.on('ping', listener);
    emitter.on('ping', listener);

    off();
    emitter.emit('ping', 'a');

    expect(listener).toHaveBeenCalledOnce();
  });

  it('leaves other subscriptions alone when a removal is called twice, or late', () => {
    const { emitter, seen } = emitterWith();
    const off = emitter.on('ping', () => void seen.push('removed'));
    off();
    emitter.on('ping', () => void seen.push('kept'));

    off();
    emitter.emit('ping', 'a');
    emitter.clear();
    off();

    expect([seen, emitter.has('ping')]).toEqual([['kept'], false]);
  });

  it('forgets all listeners with a clear', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', () => void seen.push('ping'));
    emitter.on('pong', () => void seen.push('pong'));

    emitter.clear();
    emitter.emit('ping', 'a');
    emitter.emit('pong', 1);

    expect([seen, emitter.has('ping')]).toEqual([[], false]);
  });

  it('calls no further listener once one has cleared them', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', () => emitter.clear());
    emitter.on('ping', () => void seen.push('cleared'));

    emitter.emit('ping', 'a');

    expect(seen).toEqual([]);
  });

  it('does not call a listener that another has removed', () => {
    const { emitter, seen } = emitterWith();
    const removals: (() => void)[] = [];
    emitter.on('ping', () => removals.forEach((off) => off()));
    removals.push(emitter.on('ping', () => void seen.push('removed')));
    emitter.on('ping', () => void seen.push('kept'));

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['kept']);
  });

  it('does not show an event to a listener that came after it', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', () => void emitter.on('ping', (event) => void seen.push(event)));

    emitter.emit('ping', 'a');
    const atOnce = [...seen];
    emitter.emit('ping', 'b');

    expect([atOnce, seen]).toEqual([[], ['b']]);
  });
});

describe('an event that a listener causes', () => {
  it('comes after all listeners have seen the present one', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => {
      seen.push(['first', event]);
      if (event === 'a') emitter.emit('ping', 'b');
      seen.push(['first is done', event]);
    });
    emitter.on('ping', (event) => void seen.push(['second', event]));

    emitter.emit('ping', 'a');

    expect(seen).toEqual([
      ['first', 'a'],
      ['first is done', 'a'],
      ['second', 'a'],
      ['first', 'b'],
      ['first is done', 'b'],
      ['second', 'b'],
    ]);
  });

  it('comes in the order in which events were caused', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => {
      seen.push(event);
      if (event === 'a') {
        emitter.emit('pong', 1);
        emitter.emit('ping', 'b');
        emitter.emit('pong', 2);
      }
    });
    emitter.on('pong', (event) => void seen.push(event));

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['a', 1, 'b', 2]);
  });
});

describe('what a listener throws', () => {
  it('is reported, and the other listeners are called', () => {
    const { emitter, errors, seen } = emitterWith();
    emitter.on('ping', () => {
      throw BOOM;
    });
    emitter.on('ping', (event) => void seen.push(event));

    emitter.emit('ping', 'a');
    emitter.emit('ping', 'b');

    expect([errors, seen]).toEqual([
      [BOOM, BOOM],
      ['a', 'b'],
    ]);
  });

  it('is reported when it comes later, from an async listener', async () => {
    const { emitter, errors } = emitterWith();
    emitter.on('ping', () => Promise.reject(BOOM));

    emitter.emit('ping', 'a');
    await Promise.resolve();
    await Promise.resolve();

    expect(errors).toEqual([BOOM]);
  });

  it('is reported when it comes from a thenable that is no promise', async () => {
    const { emitter, errors } = emitterWith();
    const rejecting = { then: (_: unknown, onError: (error: unknown) => void) => onError(BOOM) };
    emitter.on('ping', () => rejecting);

    emitter.emit('ping', 'a');
    for (let turn = 0; turn < 5; turn += 1) await undefined;

    expect(errors).toEqual([BOOM]);
  });

  it.each([undefined, null, 7, 'text', true, {}, { then: 7 }])('is nothing when it returns %j', async (result) => {
    const { emitter, errors } = emitterWith();
    emitter.on('ping', () => result);

    emitter.emit('ping', 'a');
    for (let turn = 0; turn < 5; turn += 1) await undefined;

    expect(errors).toEqual([]);
  });
});

describe('the events of a batch', () => {
  it('come when it is through, in order', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => void seen.push(event));
    emitter.on('pong', (event) => void seen.push(event));

    emitter.batch(() => {
      emitter.emit('ping', 'a');
      emitter.emit('pong', 1);
      seen.push('through');
    });

    expect(seen).toEqual(['through', 'a', 1]);
  });

  it('come when the outermost batch is through', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => void seen.push(event));

    emitter.batch(() => {
      emitter.batch(() => emitter.emit('ping', 'a'));
      seen.push('through');
    });
    emitter.emit('ping', 'b');

    expect(seen).toEqual(['through', 'a', 'b']);
  });

  it('stay in order when a listener starts one', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => {
      if (event === 'a') emitter.batch(() => emitter.emit('ping', 'b'));
      seen.push(event);
    });

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['a', 'b']);
  });

  it('are not lost when it throws, and hold nothing back', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => void seen.push(event));
    const broken = (): void =>
      emitter.batch(() => {
        emitter.emit('ping', 'a');
        throw BOOM;
      });

    expect(broken).toThrow(BOOM);
    emitter.emit('ping', 'b');

    expect(seen).toEqual(['a', 'b']);
  });
});

describe('batch', () => {
  it('holds the events of an emitter back', () => {
    const { emitter, seen } = emitterWith();
    emitter.on('ping', (event) => void seen.push(event));

    batch(emitter, () => {
      emitter.emit('ping', 'a');
      seen.push('through');
    });

    expect(seen).toEqual(['through', 'a']);
  });

  it('just runs where nobody listens', () => {
    const run = vi.fn<() => void>();

    batch(null, run);

    expect(run).toHaveBeenCalledOnce();
  });
});

describe('the audience of an emitter', () => {
  it('hears every event after the own listeners, also where there are none', () => {
    const { emitter, errors, seen } = emitterWith();
    const audience = new Emitter<Events>((error) => void errors.push(error));
    emitter.audience = audience;
    audience.on('ping', (event) => void seen.push(`audience ${event}`));
    emitter.emit('ping', 'a');
    emitter.on('ping', (event) => void seen.push(`own ${event}`));
    emitter.emit('ping', 'b');

    expect(seen).toEqual(['audience a', 'own b', 'audience b']);
    expect([emitter.has('ping'), emitter.has('pong'), emitter.heard]).toEqual([true, false, true]);
  });

  it('is left alone by a clear', () => {
    const { emitter, seen } = emitterWith();
    const audience = new Emitter<Events>(() => {});
    emitter.audience = audience;
    audience.on('ping', () => void seen.push('heard'));
    emitter.clear();
    emitter.emit('ping', 'a');
    audience.emit('ping', 'a');

    expect([seen, emitter.heard, audience.heard]).toEqual([['heard'], false, true]);
  });
});

describe('heard', () => {
  it('says whether anybody listens to anything', () => {
    const { emitter } = emitterWith();
    const states = [emitter.heard];
    const offs = [emitter.on('ping', () => {}), emitter.on('pong', () => {})];
    states.push(emitter.heard);
    for (const off of offs) {
      off();
      states.push(emitter.heard);
    }

    expect(states).toEqual([false, true, true, false]);
  });
});
