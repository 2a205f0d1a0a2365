/** Learns that an object was garbage collected. It must not hold that object. */
export interface DropTarget {
  onDrop(): void;
}

let registry: FinalizationRegistry<DropTarget> | undefined;
// Not made where it is used, because it would keep the first object.
const notify = (target: DropTarget): void => target.onDrop();

/** Calls `target.onDrop()` when `object` was garbage collected. Returns false where the platform can't tell. */
export function whenDropped(object: object, target: DropTarget): boolean {
  // Cloudflare Workers may lack it.
  if (typeof FinalizationRegistry === 'undefined') return false;
  registry ??= new FinalizationRegistry(notify);
  registry.register(object, target, target);
  return true;
}

/** Ends `whenDropped`. */
export function forgetDropped(target: DropTarget): void {
  registry?.unregister(target);
}
