import { describe, expect, it } from 'vitest';
import { fitted, padded, painted, plain, spread, widthOf } from '../../examples/demo/line.ts';

const bold = (text: string): string => `<${text}>`;
const line = [plain('one '), { text: 'two', paint: bold }];

describe('a line', () => {
  it('is as wide as its text, whatever its colours', () => {
    expect(widthOf(line)).toBe(7);
  });

  it('paints each segment, and neighbours of one style together', () => {
    expect(painted([...line, { text: '!', paint: bold }, plain('')])).toBe('one <two!>');
  });

  it('is cut with an ellipsis when it is too wide, and left alone when it fits', () => {
    expect(painted(fitted(line, 6))).toBe('one <t>…');
    expect(painted(fitted(line, 4))).toBe('one…');
    expect(fitted(line, 7)).toBe(line);
  });

  it('is filled up to a width', () => {
    expect(painted(padded(line, 9))).toBe('one <two>  ');
    expect(painted(padded(line, 5))).toBe('one …');
  });

  it('gives way on the left to what stands on the right', () => {
    expect(painted(spread([plain('left')], [plain('right')], 12))).toBe('left   right');
    expect(painted(spread([plain('left')], [plain('right')], 9))).toBe('le… right');
  });
});
