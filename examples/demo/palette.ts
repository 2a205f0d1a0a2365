import type { CircuitState } from 'unified-circuit-breaker';
import pc from 'picocolors';
import type { Fault } from './fault.ts';

type Paint = (text: string) => string;

/** Every color of the demo by its meaning. Without colors each one returns its text unchanged. */
export interface Palette {
  readonly coloured: boolean;
  readonly state: Readonly<Record<CircuitState, Paint>>;
  /** The color of the state as a background. */
  readonly stateBadge: Readonly<Record<CircuitState, Paint>>;
  readonly faultBadge: Readonly<Record<Fault, Paint>>;
  readonly fault: Readonly<Record<Fault, Paint>>;
  readonly bare: Paint;
  readonly protected: Paint;
  readonly bad: Paint;
  readonly good: Paint;
  readonly strong: Paint;
  readonly quiet: Paint;
}

export function palette(coloured: boolean): Palette {
  const c = pc.createColors(coloured);
  const on = (background: Paint): Paint => (text) => background(c.black(text));
  return {
    coloured,
    state: { closed: c.green, half_open: c.yellow, open: c.red },
    stateBadge: { closed: on(c.bgGreen), half_open: on(c.bgYellow), open: on(c.bgRed) },
    fault: { none: c.green, killed: c.red, hanging: c.magenta, errors: c.yellow, slow: c.cyan },
    faultBadge: {
      none: on(c.bgGreen),
      killed: on(c.bgRed),
      hanging: on(c.bgMagenta),
      errors: on(c.bgYellow),
      slow: on(c.bgCyan),
    },
    bare: c.magenta,
    protected: c.cyan,
    bad: c.red,
    good: c.green,
    strong: c.bold,
    quiet: c.dim,
  };
}
