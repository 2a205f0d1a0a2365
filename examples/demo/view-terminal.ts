import { renderFrame } from './frame.ts';
import { palette } from './palette.ts';
import type { Snapshot } from './snapshot.ts';
import type { View } from './view.ts';

const escape = '\u001b[';
const enter = `${escape}?1049h${escape}?25l${escape}?7l`;
const leave = `${escape}?7h${escape}?25h${escape}?1049l`;
const home = `${escape}H`;
const restOfLine = `${escape}K`;
const restOfScreen = `${escape}J`;
// Terminals with synchronized output show a frame in one piece. Others ignore the marks.
const beginFrame = `${escape}?2026h`;
const endFrame = `${escape}?2026l`;

/** Draws on the alternate screen, with one write for each frame. */
export function terminalView(output: NodeJS.WriteStream, options: { readonly coloured: boolean }): View {
  const colours = palette(options.coloured);
  let open = false;
  return {
    show(snapshot: Snapshot) {
      const opening = open ? '' : enter;
      open = true;
      const lines = renderFrame(snapshot, { columns: output.columns || 80, rows: output.rows || 24 }, colours);
      const text = lines.map((line) => line + restOfLine).join('\r\n');
      output.write(`${opening}${beginFrame}${home}${text}${restOfScreen}${endFrame}`);
    },
    close() {
      if (!open) return;
      open = false;
      output.write(leave);
    },
  };
}
