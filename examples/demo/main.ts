/**
 * The live demo: a real upstream is killed, hangs, fails and slows down. A client without a breaker and one with it
 * call it side by side. Run it with `npm run demo`, or `npm run demo -- --help`.
 */
import { help, readArguments } from './arguments.ts';
import { calibrate } from './calibrate.ts';
import { palette } from './palette.ts';
import { renderTimeline } from './frame.ts';
import { introduction } from './introduction.ts';
import { comparisonTable, conclusion, reasons, verdictTable } from './report.ts';
import { DemoRun, type FinishedRun } from './run.ts';
import { fastScript, fullScript, stretched } from './script.ts';
import { UpstreamProcess } from './upstream-process.ts';
import { judge } from './verdict.ts';
import type { View } from './view.ts';
import { plainView } from './view-plain.ts';
import { terminalView } from './view-terminal.ts';

const { stdout } = process;
const canDraw = stdout.isTTY && process.env['TERM'] !== 'dumb';
const wantsColour = (process.env['NO_COLOR'] ?? '') === '';

function print(text: string): void {
  stdout.write(`${text}\n`);
}

/** Stops the upstream and restores the screen, however this process ends. */
function cleanUpOnExit(upstream: UpstreamProcess, view: View): void {
  process.once('exit', () => {
    upstream.stop();
    view.close();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  // A stack trace on the alternate screen would vanish with it.
  process.once('uncaughtExceptionMonitor', () => view.close());
  // The reader of a pipe may leave early, as `head` does.
  stdout.on('error', () => process.exit(0));
}

function finish(run: FinishedRun, options: { readonly live: boolean }): number {
  const colours = palette(options.live && wantsColour);
  const verdicts = judge(run.observations);
  const problems = verdicts.flatMap(({ problem }) => problem ?? []);
  if (options.live) print(`${renderTimeline(run.last, stdout.columns || 80, colours).join('\n')}\n`);
  print(`${comparisonTable(run.last, run.observations, colours)}\n\n${verdictTable(verdicts, colours)}\n`);
  const width = Math.min(100, stdout.columns || 80);
  print(`${conclusion(run.last, run.observations, width)}\n\n${reasons(run.explanations, width)}\n`);
  print(
    problems.length === 0
      ? colours.good('The breaker opened, rejected and closed as expected.')
      : colours.bad(`The breaker did not do what was expected: ${problems.join(', ')}.`),
  );
  return problems.length === 0 ? 0 : 1;
}

async function play(options: { readonly fast: boolean; readonly plain: boolean }): Promise<number> {
  const live = canDraw && !options.plain;
  const view = live ? terminalView(stdout, { coloured: wantsColour }) : plainView((text) => stdout.write(text));
  const upstream = new UpstreamProcess();
  cleanUpOnExit(upstream, view);
  try {
    await upstream.prepare('none');
    await upstream.apply('none');
    const stretch = await calibrate(upstream);
    if (stretch > 1) print(`This machine is busy; the demo runs ${stretch}× slower.`);
    const script = stretched(options.fast ? fastScript : fullScript, stretch);
    if (!live) print(`${introduction(script)}\n`);
    const finished = await new DemoRun(script, upstream, view).play();
    view.close();
    if (live) print(`${introduction(script)}\n`);
    return finish(finished, { live });
  } finally {
    view.close();
    upstream.stop();
  }
}

async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  switch (request.kind) {
    case 'help':
      print(help);
      return 0;
    case 'refused':
      process.stderr.write(`${request.message}\n`);
      return 2;
    case 'run':
      return play(request);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The demo could not run: ${(error as Error).message}\n`);
  process.exit(1);
}
