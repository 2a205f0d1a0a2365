import type { Snapshot } from './snapshot.ts';

/** Something that shows the run while it goes on. */
export interface View {
  show(snapshot: Snapshot): void;
  /** Leaves the output as it was found; safe at any time, also twice. */
  close(): void;
}
