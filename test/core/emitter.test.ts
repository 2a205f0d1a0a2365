import { describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/core/emitter.ts';

interface Events {
  ping: string;
  pong: number;
}

const BOOM = new Error('boom');

/** An emitter, what its listeners threw, and a log for the test. */
function emitterWith(): {
  emitter: Emitter<Events>;
  errors: unknown[];
  seen: unknown[];
  log: (event: unknown) => void;
} {
  const errors: unknown[] = [];
  const seen: unknown[] = [];
  return { emitter: new Emitter<Events>((error) => void errors.push(error)), errors, seen,
    log: (event) => void seen.push(event) };
}

const turns = async (count = 5): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await undefined;
};

describe('Emitter', () => {
  it('passes an event to the listeners of its name, in order', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', (event) => log(['first', event]));
    emitter.on('pong', (event) => log(['other', event]));
    emitter.on('ping', (event) => log(['second', event]));

    emitter.emit('ping', 'a');
    emitter.emit('pong', 1);

    expect(seen).toEqual([
      ['first', 'a'],
      ['second', 'a'],
      ['other', 1],
    ]);
  });

  it('knows which events have listeners', () => {
    const { emitter } = emitterWith();
    const state = (): boolean[] => [emitter.hasListeners, emitter.has('ping'), emitter.has('pong')];
    const states = [state()];
    const offs = [emitter.on('ping', () => {}), emitter.on('pong', () => {})];
    states.push(state());
    for (const off of offs) {
      off();
      states.push(state());
    }

    expect(states).toEqual([
      [false, false, false],
      [true, true, true],
      [true, false, true],
      [false, false, false],
    ]);
  });

  it('removes one of two equal subscriptions', () => {
    const { emitter } = emitterWith();
    const listener = vi.fn<(event: string) => void>();
    const off = emitter.on('ping', listener);
    emitter.on('ping', listener);

    off();
    emitter.emit('ping', 'a');

    expect(listener).toHaveBeenCalledOnce();
  });

  it('keeps other subscriptions when a removal is called twice, or after a clear', () => {
    const { emitter, seen, log } = emitterWith();
    const off = emitter.on('ping', () => log('removed'));
    off();
    emitter.on('ping', () => log('kept'));

    off();
    emitter.emit('ping', 'a');
    emitter.clear();
    off();

    expect([seen, emitter.has('ping')]).toEqual([['kept'], false]);
  });

  it('calls no listener after a clear, even during an event', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', () => emitter.clear());
    emitter.on('ping', log);
    emitter.on('pong', log);

    emitter.emit('ping', 'a');
    emitter.emit('pong', 1);

    expect([seen, emitter.has('ping'), emitter.hasListeners]).toEqual([[], false, false]);
  });

  it('does not call a listener that another has removed', () => {
    const { emitter, seen, log } = emitterWith();
    const removals: (() => void)[] = [];
    emitter.on('ping', () => removals.forEach((off) => off()));
    removals.push(emitter.on('ping', () => log('removed')));
    emitter.on('ping', () => log('kept'));

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['kept']);
  });

  it('does not pass an event to a listener that was added during it', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', () => void emitter.on('ping', log));

    emitter.emit('ping', 'a');
    const during = [...seen];
    emitter.emit('ping', 'b');

    expect([during, seen]).toEqual([[], ['b']]);
  });

  it('holds an event that a listener causes until all have seen the current one, in order', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', (event) => {
      log(`1 ${event}`);
      if (event !== 'a') return;
      emitter.emit('pong', 1);
      emitter.emit('ping', 'b');
      emitter.emit('pong', 2);
      log('done');
    });
    emitter.on('ping', (event) => log(`2 ${event}`));
    emitter.on('pong', log);

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['1 a', 'done', '2 a', 1, '1 b', '2 b', 2]);
  });
});

describe('errors of listeners', () => {
  it('are reported, and the other listeners are called', () => {
    const { emitter, errors, seen, log } = emitterWith();
    emitter.on('ping', () => {
      throw BOOM;
    });
    emitter.on('ping', log);

    emitter.emit('ping', 'a');
    emitter.emit('ping', 'b');

    expect([errors, seen]).toEqual([[BOOM, BOOM], ['a', 'b']]);
  });

  it.each<[string, () => unknown]>([
    ['a promise', () => Promise.reject(BOOM)],
    ['a thenable', () => ({ then: (_: unknown, onError: (error: unknown) => void) => onError(BOOM) })],
  ])('are reported when %s rejects', async (_, listener) => {
    const { emitter, errors } = emitterWith();
    emitter.on('ping', listener);

    emitter.emit('ping', 'a');
    await turns();

    expect(errors).toEqual([BOOM]);
  });

  it.each([undefined, null, 7, 'text', true, {}, { then: 7 }])(
    'are none when a listener returns %j',
    async (result) => {
      const { emitter, errors } = emitterWith();
      emitter.on('ping', () => result);

      emitter.emit('ping', 'a');
      await turns();

      expect(errors).toEqual([]);
    },
  );
});

describe('batch', () => {
  it('holds events back until the outermost one is done', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', log);
    emitter.on('pong', log);

    emitter.batch(() => {
      emitter.batch(() => emitter.emit('ping', 'a'));
      emitter.emit('pong', 1);
      log('done');
    });
    emitter.emit('ping', 'b');

    expect(seen).toEqual(['done', 'a', 1, 'b']);
  });

  it('keeps the order when a listener starts one', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', (event) => {
      if (event === 'a') emitter.batch(() => emitter.emit('ping', 'b'));
      log(event);
    });

    emitter.emit('ping', 'a');

    expect(seen).toEqual(['a', 'b']);
  });

  it('loses no event and holds none back when it throws', () => {
    const { emitter, seen, log } = emitterWith();
    emitter.on('ping', log);
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

describe('the parent of an emitter', () => {
  it('receives every event after the own listeners, until a clear', () => {
    const { emitter, seen, log } = emitterWith();
    const parent = new Emitter<Events>(() => {});
    emitter.parent = parent;
    parent.on('ping', (event) => log(`parent ${event}`));
    emitter.emit('ping', 'a');
    emitter.on('ping', (event) => log(`own ${event}`));
    emitter.emit('ping', 'b');
    const heard = [emitter.has('ping'), emitter.has('pong')];
    emitter.clear();
    emitter.emit('ping', 'c');

    expect([seen, heard]).toEqual([['parent a', 'own b', 'parent b'], [true, false]]);
    expect([emitter.parent, parent.hasListeners]).toEqual([null, true]);
  });
});
