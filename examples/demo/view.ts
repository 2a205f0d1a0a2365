import type { Snapshot } from './snapshot.ts';

/** Shows the run while it goes on. */
export interface View {
  show(snapshot: Snapshot): void;
  /** Restores the output. Safe at any time, also twice. */
  close(): void;
}
