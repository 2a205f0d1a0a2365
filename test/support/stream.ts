/** All items of a stream. */
export async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** A source of items, some of them promised, that counts how often it is closed by its consumer. */
export function sourceOf<T>(...items: readonly (T | Promise<T>)[]): { source: AsyncIterable<T>; closed: () => number } {
  let closings = 0;
  let at = 0;
  const source: AsyncIterable<T> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (at === items.length) return { done: true, value: undefined };
        at += 1;
        return { done: false, value: await (items[at - 1] as T | Promise<T>) };
      },
      async return() {
        closings += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, closed: () => closings };
}
