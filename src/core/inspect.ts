/** `console.log` of Node, Deno and Bun calls this method. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** What the platform passes after the depth: its options, and its function that prints a value. */
export type Inspecting = readonly [options: object, inspect: (value: object, options: object) => string];

/** What `console.log` shows of an object: the name of its class and its key figures. */
export function inspected(title: string, figures: object, [options, inspect]: Inspecting): string {
  return `${title} ${inspect(figures, options)}`;
}

/** Sets what `console.log` shows of one object. A method with a computed name would keep its class in every bundle. */
export function inspectAs(target: object, title: string, figures: () => object): void {
  const value = (_depth: number, ...how: Inspecting): string => inspected(title, figures(), how);
  Object.defineProperty(target, INSPECT, { value });
}
