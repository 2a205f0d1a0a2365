import { HAND_WRITTEN } from './hand-written.ts';
import { OURS } from './ours.ts';
import { PEERS } from './peers.ts';
import type { Policy } from '../policy.ts';

/** Everything that is compared. */
export const POLICIES: readonly Policy[] = [...OURS, ...PEERS, ...HAND_WRITTEN];
