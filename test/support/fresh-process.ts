// Test files share the worker that runs them. Each one starts with what a new process has:
// real timers, no default manager, and no legacy name that has warned already.
import { vi } from 'vitest';

const registry = globalThis as unknown as Record<symbol, { readonly told?: Set<string> } | undefined>;

vi.useRealTimers();
delete registry[Symbol.for('unified-circuit-breaker.manager')];
registry[Symbol.for('unified-circuit-breaker.legacy-names')]?.told?.clear();
