/** How every view writes numbers. */

const none = '–';

/** 1234 → `1,234` */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 0.304 → `30%` */
export function percent(rate: number | null): string {
  return rate === null ? none : `${Math.round(rate * 100)}%`;
}

/** 12.4 → `12 ms`, 3012 → `3.01 s` */
export function duration(ms: number | null): string {
  if (ms === null) return none;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** 12345 → `12.3 s`, for clocks and sums */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
