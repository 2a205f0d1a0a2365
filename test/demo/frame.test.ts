import { describe, expect, it } from 'vitest';
import { renderFrame, renderTimeline } from '../../examples/demo/frame.ts';
import { palette } from '../../examples/demo/palette.ts';
import { aSnapshot } from './a-snapshot.ts';

const colourless = palette(false);
const coloured = palette(true);
// oxlint-disable-next-line no-control-regex -- the escape codes are what is looked for
const escapes = /\u001b\[\d+m/g;

describe('renderFrame', () => {
  it('draws the whole run on 80 by 24 characters', () => {
    const frame = renderFrame(aSnapshot(), { columns: 80, rows: 24 }, colourless);

    expect(frame.map((line) => line.trimEnd())).toEqual([
      ' unified-circuit-breaker  two clients, 50 calls/s each             2.0 s of 4 s',
      ' ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────────────────────────',
      ' upstream   KILLED        about killed                             phase 2 of 3',
      ' circuit    OPEN          10 consecutive failures, next probe in 400 ms',
      '',
      '                                        without breaker            with breaker',
      ' answered, of all calls                     50 of 1,100             50 of 1,100',
      ' failed                                           1,049                      10',
      ' rejected immediately                                 –                   1,040',
      ' callers waiting now                                  1                       0',
      ' failure rate, last 2 s                             50%                     10%',
      ' wait p50 / p95, last 2 s                12 ms / 3.00 s            0 ms / 14 ms',
      ' total wait of all callers                        9.0 s                   1.2 s',
      ' sent while it was down                           1,040                       9',
      '',
      '                 ▁ closed   ▄ half-open   ▆ open',
      ' upstream        |ok=============|killed========················|ok············',
      ' circuit         ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▆▆▆▆▆▆▆▆▆▆▆▆·······························',
      '                 0 s             1              2               3',
      ' waiting without ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▃▄▄▅▆▆▆▇▇█',
      ' waiting with    ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂',
      '',
      '   1.0 s  upstream  killed: about killed',
      '   1.2 s  circuit   closed → open: 10 consecutive failures',
    ]);
  });

  it.each([
    [40, 10],
    [60, 20],
    [80, 24],
    [100, 30],
    [128, 24],
    [160, 50],
    [200, 60],
    [300, 100],
  ])('keeps within %s by %s characters', (columns, rows) => {
    const frame = renderFrame(aSnapshot(), { columns, rows }, coloured).map((line) => line.replaceAll(escapes, ''));

    expect(frame.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('writes no escape code without colours', () => {
    const frame = renderFrame(aSnapshot(), { columns: 100, rows: 30 }, colourless).join('\n');

    expect(frame).not.toContain('\u001b');
  });

  it('shows the same characters with colours as without, but for the bands', () => {
    const size = { columns: 80, rows: 24 };
    const withColours = renderFrame(aSnapshot(), size, coloured).map((line) => line.replaceAll(escapes, ''));

    expect(withColours.slice(0, 14)).toEqual(renderFrame(aSnapshot(), size, colourless).slice(0, 14));
  });

  it('puts the log beside the figures where there is room for both', () => {
    const frame = renderFrame(aSnapshot(), { columns: 140, rows: 40 }, colourless);

    expect(frame.slice(5, 8).map((line) => line.slice(77).trimEnd())).toEqual([
      ' │   0.0 s  upstream  healthy: about none',
      ' │   1.0 s  upstream  killed: about killed',
      ' │   1.2 s  circuit   closed → open: 10 consecutive failures',
    ]);
  });

  it('names the state in words and tells what comes next', () => {
    const lineOf = (state: 'closed' | 'half_open' | 'open', retryAfterMs: number): string | undefined =>
      renderFrame(
        aSnapshot({ state, retryAfterMs, window: { calls: 40, errorRate: 0.3, slowCallRate: 0.05 } }),
        { columns: 80, rows: 24 },
        colourless,
      )[3]?.trimEnd();

    expect(lineOf('closed', 0)).toBe(' circuit    CLOSED        last 40 calls: 30% failed, 5% slow');
    expect(lineOf('half_open', 0)).toBe(' circuit    HALF-OPEN     probing the upstream with a few calls');
    expect(lineOf('open', 1_240)).toBe(' circuit    OPEN          10 consecutive failures, next probe in 1.24 s');
    expect(lineOf('open', 0)).toBe(' circuit    OPEN          10 consecutive failures, ready to probe');
  });
});

describe('renderTimeline', () => {
  it('aligns the faults, the states and the waiting callers on one axis', () => {
    expect(renderTimeline(aSnapshot(), 60, colourless).map((line) => line.trimEnd())).toEqual([
      '                 ▁ closed   ▄ half-open   ▆ open',
      ' upstream        |ok========|killed===···········|ok·······',
      ' circuit         ▁▁▁▁▁▁▁▁▁▁▁▁▁▆▆▆▆▆▆▆▆·····················',
      '                 0 s        1         2          3',
      ' waiting without                  ▁▃▆█',
      ' max 50                        ▂▄▆████',
      '                 ▁▁▁▁▁▁▁▁▁▁▁▂▅▇███████',
      ' waiting with',
      ' max 10',
      '                 ▁▁▁▁▁▁▁▁▁▁▁▂▅',
    ]);
  });
});
