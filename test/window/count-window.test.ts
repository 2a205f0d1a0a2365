import { describe, expect, it } from 'vitest';
import { CountWindow } from '../../src/window/count-window.ts';
import { resizedCountWindow } from '../../src/window/resize.ts';
import { countsOf, recordAll } from '../support/windows.ts';

const windowOf = (size: number, letters = ''): CountWindow => {
  const window = new CountWindow(size);
  recordAll(window, letters);
  return window;
};

/** What the window shows after each of these outcomes. */
const steps = (window: CountWindow, letters: string) =>
  [...letters].map((letter) => {
    recordAll(window, letter);
    return countsOf(window);
  });

describe('CountWindow', () => {
  it.each([
    ['', [0, 0, 0, 0]],
    ['S', [1, 1, 0, 0]],
    ['F', [1, 0, 1, 0]],
    ['s', [1, 1, 0, 1]],
    ['f', [1, 0, 1, 1]],
    ['SFsf', [4, 2, 2, 2]],
    ['FFF', [3, 0, 3, 0]],
    ['FFFF', [4, 0, 4, 0]],
    ['FFFFS', [4, 1, 3, 0]],
    ['FFFFSSSS', [4, 4, 0, 0]],
    ['FFFFSSSSf', [4, 3, 1, 1]],
  ])('of size 4 counts the last of %j as calls, successes, failures and slow calls: %j', (letters, expected) => {
    expect(countsOf(windowOf(4, letters))).toEqual(expected);
  });

  it('removes the oldest outcome, failed and slow separately', () => {
    expect(steps(windowOf(3, 'fFs'), 'SSS')).toEqual([
      [3, 2, 1, 1],
      [3, 3, 0, 1],
      [3, 3, 0, 0],
    ]);
  });

  it.each(['S', 'F', 's', 'f'])('replaces %s by any other outcome', (old) => {
    expect(['S', 'F', 's', 'f'].map((next) => countsOf(windowOf(1, old + next)))).toEqual([
      [1, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 1, 0, 1],
      [1, 0, 1, 1],
    ]);
  });

  // Fifteen outcomes share a word. These sizes lie at its edges.
  it.each([1, 2, 14, 15, 16, 29, 30, 31, 100])(
    'of size %i forgets its failures one at a time, in many rounds',
    (size) => {
      const window = windowOf(size, 'f'.repeat(size));

      expect(steps(window, 'S'.repeat(size))).toEqual(
        Array.from({ length: size }, (_, index) => [size, index + 1, size - index - 1, size - index - 1]),
      );
      recordAll(window, 'Fs'.repeat(size * 4));
      expect(countsOf(window)).toEqual([size, Math.ceil(size / 2), Math.floor(size / 2), Math.ceil(size / 2)]);
    },
  );

  it.each(['', 'fff', 'ffff', 'ffffff'])('counts from 0 after a clear: %j', (before) => {
    const window = windowOf(4, before);

    window.clear();

    expect(countsOf(window)).toEqual([0, 0, 0, 0]);
    expect(steps(window, 'FSSSS').at(-1)).toEqual([4, 4, 0, 0]);
  });

  it.each([
    ['FFSS', 8, 8, [4, 2, 2, 0]],
    ['FFSS', 4, 2, [2, 2, 0, 0]],
    ['FFSSsf', 4, 3, [3, 2, 1, 2]],
    ['FS', 4, 3, [2, 1, 1, 0]],
    ['', 4, 3, [0, 0, 0, 0]],
    ['FSFSFSFSFSFSFSFSFSFSFSFSFSFSFSFSF', 33, 31, [31, 15, 16, 0]],
  ])('keeps the newest of %s when it is resized from %i to %i', (letters, from, to, expected) => {
    expect(countsOf(resizedCountWindow(windowOf(from, letters), to))).toEqual(expected);
  });

  it.each(['SFsFSSfFSF', 'FFFF', 'S'])(
    'continues after a resize like a window that always had that size: %s',
    (letters) => {
      const next = resizedCountWindow(windowOf(7, letters), 5);

      expect(steps(next, 'SSFSfS')).toEqual(steps(windowOf(5, letters.slice(-7)), 'SSFSfS'));
    },
  );
});
