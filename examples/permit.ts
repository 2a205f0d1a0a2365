// Settle a call manually: `using` returns the permit, even if the code in between throws.
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'queue' });

function publish(message: string): string {
  using permit = breaker.tryAcquire();
  if (permit === null) return 'kept for later';
  if (message === '') {
    permit.failure(new Error('The broker rejected an empty message'));
    return 'failed';
  }
  permit.success();
  return 'sent';
}

console.log(publish('hello')); //=> sent
console.log(publish('')); //=> failed
breaker.forceOpen('maintenance of the broker');
console.log(publish('hello')); //=> kept for later
console.log(breaker.explain());
