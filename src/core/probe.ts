/** The permit of a call admitted in half_open. Its identity binds the call to the spell that admitted it. */
export class Probe {
  readonly name = 'probe';
  /** When the circuit stops waiting for it; `Infinity` when a timeout ends the call before. */
  leaseEndsAt: number;
  /** When the call's own timeout ends it; `Infinity` without one. */
  readonly timesOutAt: number;
  readonly admittedAt: number;
  /** Whether the circuit has given up on it; its outcome is then dropped. */
  expired = false;
  /** Told when that happens. */
  onExpired: (() => void) | null = null;
  /** A stream whose consumer is away: an expired lease then says nothing about the dependency. */
  excused = false;

  constructor(admittedAt: number, leaseEndsAt: number, timesOutAt: number) {
    this.admittedAt = admittedAt;
    this.leaseEndsAt = leaseEndsAt;
    this.timesOutAt = timesOutAt;
  }
}
