import { hasMethods, safeGet } from './untrusted.ts';

/** Whether a value is a stream, a generator or an observable: it has no outcome yet. May throw. */
export function isUnfinished(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // Sockets can be written to, and a stream that has ended belongs to an answer that was read.
  const isReadable = hasMethods(value, 'pipe', 'read') && !hasMethods(value, 'write');
  return hasMethods(value, 'subscribe', 'pipe')
    || /(?:Generator|ReadableStream)\]$/.test(Object.prototype.toString.call(value))
    || (Symbol.asyncIterator in value && hasMethods(value, 'tee'))
    || (isReadable && safeGet(value, 'readableEnded') !== true);
}
