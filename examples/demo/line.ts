/** A piece of text in one style. */
export interface Segment {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** One line of a view before colours, so that its width is known. */
export type Line = readonly Segment[];

export const plain = (text: string): Segment => ({ text });

/** The number of columns of a line. All glyphs of the demo are one column wide. */
export function widthOf(line: Line): number {
  return line.reduce((width, segment) => width + segment.text.length, 0);
}

/** The line cut to `width` columns, with an ellipsis where text is missing. */
export function fitted(line: Line, width: number): Line {
  if (widthOf(line) <= width) return line;
  const kept: Segment[] = [];
  let room = width - 1;
  for (const segment of line) {
    if (room <= 0) break;
    kept.push({ ...segment, text: segment.text.slice(0, room) });
    room -= segment.text.length;
  }
  return [...kept, plain('…')];
}

/** The line filled with spaces up to `width`. */
export function padded(line: Line, width: number): Line {
  const missing = width - widthOf(line);
  return missing > 0 ? [...line, plain(' '.repeat(missing))] : fitted(line, width);
}

/** `left` and `right` at the two ends of `width` columns. The left one is cut if both don't fit. */
export function spread(left: Line, right: Line, width: number): Line {
  return [...padded(fitted(left, width - widthOf(right) - 1), width - widthOf(right)), ...right];
}

/** The line as text with its colors. Neighbors of one style share their escape codes. */
export function painted(line: Line): string {
  const merged: Segment[] = [];
  for (const segment of line) {
    const last = merged.at(-1);
    if (last !== undefined && last.paint === segment.paint) {
      merged[merged.length - 1] = { ...last, text: last.text + segment.text };
    } else if (segment.text !== '') merged.push(segment);
  }
  return merged.map(({ text, paint }) => (paint === undefined ? text : paint(text))).join('');
}
