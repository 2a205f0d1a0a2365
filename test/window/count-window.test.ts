import { describe, expect, it } from 'vitest';
import { CountWindow } from '../../src/window/count-window.ts';
import { countsOf, recordAll } from '../support/windows.ts';

describe('CountWindow', () => {
  it('starts empty', () => {
    const window = new CountWindow(4);

    const counts = countsOf(window);

    expect(counts).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['S', [1, 1, 0, 0]],
    ['F', [1, 0, 1, 0]],
    ['s', [1, 1, 0, 1]],
    ['f', [1, 0, 1, 1]],
    ['SFsf', [4, 2, 2, 2]],
  ])('counts %s as calls, successes, failures and slow calls %j', (letters, expected) => {
    const window = new CountWindow(4);

    recordAll(window, letters);

    expect(countsOf(window)).toEqual(expected);
  });

  it.each([
    ['one fewer than it holds', 'FFF', [3, 0, 3, 0]],
    ['as many as it holds', 'FFFF', [4, 0, 4, 0]],
    ['one more', 'FFFFS', [4, 1, 3, 0]],
    ['twice as many', 'FFFFSSSS', [4, 4, 0, 0]],
    ['one more than twice as many', 'FFFFSSSSf', [4, 3, 1, 1]],
  ])('keeps the last four of %s', (_, letters, expected) => {
    const window = new CountWindow(4);

    recordAll(window, letters);

    expect(countsOf(window)).toEqual(expected);
  });

  it('takes the oldest outcome out whole, failed and slow apart', () => {
    const window = new CountWindow(3);
    recordAll(window, 'fFs');

    const steps = ['S', 'S', 'S'].map((letter) => {
      recordAll(window, letter);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [3, 2, 1, 1],
      [3, 3, 0, 1],
      [3, 3, 0, 0],
    ]);
  });

  it.each([['S'], ['F'], ['s'], ['f']])('replaces %s by any other outcome', (old) => {
    const counts = ['S', 'F', 's', 'f'].map((next) => {
      const window = new CountWindow(1);
      recordAll(window, `${old}${next}`);
      return countsOf(window);
    });

    expect(counts).toEqual([
      [1, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 1, 0, 1],
      [1, 0, 1, 1],
    ]);
  });

  // Fifteen outcomes share a word: these sizes lie at its edges.
  it.each([1, 2, 14, 15, 16, 29, 30, 31, 100])('of size %i forgets its failures one at a time', (size) => {
    const window = new CountWindow(size);
    recordAll(window, 'f'.repeat(size));

    const steps = Array.from({ length: size }, () => {
      recordAll(window, 'S');
      return countsOf(window);
    });

    expect(steps).toEqual(steps.map((_, index) => [size, index + 1, size - index - 1, size - index - 1]));
  });

  it.each([1, 14, 15, 16, 30, 31])('of size %i goes round many times without losing count', (size) => {
    const window = new CountWindow(size);

    recordAll(window, 'Fs'.repeat(size * 4));

    expect(countsOf(window)).toEqual([size, Math.ceil(size / 2), Math.floor(size / 2), Math.ceil(size / 2)]);
  });

  it('is empty after a clear', () => {
    const window = new CountWindow(4);
    recordAll(window, 'fFs');

    window.clear();

    expect(countsOf(window)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['before it was full', 'fff'],
    ['when it was full', 'ffff'],
    ['when it had gone round', 'ffffff'],
  ])('counts from nothing after a clear %s', (_, before) => {
    const window = new CountWindow(4);
    recordAll(window, before);
    window.clear();

    recordAll(window, 'SFSSS');

    expect(countsOf(window)).toEqual([4, 3, 1, 0]);
  });

  it('starts its round anew with a clear', () => {
    const window = new CountWindow(4);
    recordAll(window, 'SS');
    window.clear();
    recordAll(window, 'FSSS');

    recordAll(window, 'S');

    expect(countsOf(window)).toEqual([4, 4, 0, 0]);
  });

  it('can be cleared before anything is recorded', () => {
    const window = new CountWindow(2);

    window.clear();
    recordAll(window, 'F');

    expect(countsOf(window)).toEqual([1, 0, 1, 0]);
  });

  it('forgets nothing as time passes', () => {
    const window = new CountWindow(4);
    recordAll(window, 'Fs');

    window.roll();

    expect(countsOf(window)).toEqual([2, 1, 1, 1]);
  });
});

describe('a count window of another size', () => {
  it.each([
    ['FFSS', 8, 8, [4, 2, 0]],
    ['FFSS', 4, 2, [2, 0, 0]],
    ['FFSSsf', 4, 3, [3, 1, 2]],
    ['FS', 4, 3, [2, 1, 0]],
    ['', 4, 3, [0, 0, 0]],
    ['FSFSFSFSFSFSFSFSFSFSFSFSFSFSFSFSF', 33, 31, [31, 16, 0]],
  ])('%s in a window of %s, then of %s: calls, failures, slow calls %j', (outcomes, from, to, counts) => {
    const window = new CountWindow(from);
    recordAll(window, outcomes);
    const next = window.resized(to);

    expect([next.calls, next.failures, next.slowCalls]).toEqual(counts);
  });

  it('goes on like one that was of that size all the time', () => {
    for (const outcomes of ['SFsFSSfFSF', 'FFFF', 'S']) {
      const resized = new CountWindow(7);
      recordAll(resized, outcomes);
      const [next, always] = [resized.resized(5), new CountWindow(5)];
      recordAll(always, outcomes.slice(-7));
      for (const outcome of 'SSFSfS') {
        recordAll(next, outcome);
        recordAll(always, outcome);
        expect(countsOf(next)).toEqual(countsOf(always));
      }
    }
  });
});
