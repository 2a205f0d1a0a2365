// A call that begins here and ends elsewhere: take a permit, settle it by hand. `using` never leaks it.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'queue' });

function publish(message: string): string {
  using permit = breaker.tryAcquire();
  if (permit === null) return 'kept for later';
  if (message === '') {
    permit.failure(new Error('refused by the broker'));
    return 'refused';
  }
  permit.success();
  return 'sent';
}

console.log(publish('hello')); //=> sent
console.log(publish('')); //=> refused
breaker.forceOpen('the broker moves house');
console.log(publish('hello')); //=> kept for later
console.log(breaker.explain());
