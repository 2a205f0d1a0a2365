// @ts-check
/**
 * @typedef {import('./measure.mjs').Row} Row
 * @typedef {import('./measure.mjs').Spread} Spread
 * @typedef {import('./cases/case.mjs').Case} Case
 * @typedef {Pick<Case, 'id' | 'title' | 'about' | 'columns'> & { rows: readonly Row[], seconds: number }} CaseResult
 *
 * @typedef {object} Results
 * @property {string} date
 * @property {string} command
 * @property {import('./machine.mjs').Machine} machine
 * @property {readonly { name: string, packageName: string | null, version: string | null, note: string }[]} libraries
 * @property {readonly CaseResult[]} cases
 * @property {readonly import('./limits.mjs').Judged[]} limits
 */

const howItIsMeasured = [
  'Each case runs in a process of its own, with all its libraries interleaved in that one. In each round every library',
  'runs one batch of calls, in a random order from a fixed seed, and the bare call runs one batch before and one',
  'after it; the ratio of a batch is to the mean of these two. Shown are medians over the rounds, with the ' +
    '10th to 90th',
  'percentile beside them. Every library has its own copy of the loop and of the operation, so that none runs on type',
  'feedback of another; every batch is checked for the number of operations that ran and of results.',
  '"n/a": the library has no such thing, or needs minutes for it.',
].join(' ');

/**
 * The whole report in Markdown, which a terminal shows well enough.
 *
 * @param {Results} results
 */
export function markdown({ date, command, machine, libraries, cases, limits }) {
  return [
    '# Benchmark results',
    `Written by \`${command}\` on ${date}; don't edit. Compare ratios, not times: differences under 10% are noise.`,
    table(
      ['machine', ''],
      [
        ['processor', `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB`],
        ['system', machine.platform],
        ['Node.js', `${machine.node} (V8 ${machine.v8})`],
      ],
    ),
    table(
      ['library', 'version', 'how it is set up here'],
      libraries.map(({ name, version, note }) => [name, version ?? '', note]),
    ),
    '## Against the limits',
    table(
      ['ours', 'at most', 'aim', 'measured', 'verdict'],
      limits.map(({ label, atMost, aim, measured, digits, verdict }) => [
        label,
        amount(atMost, digits),
        amount(aim, digits),
        measured === null ? 'n/a' : amount(measured, digits),
        verdict === 'over' ? '**over**' : verdict,
      ]),
    ),
    ...cases.flatMap((result) => [
      `## ${result.title}`,
      `${result.about} (\`--only ${result.id}\`)`,
      caseTable(result),
    ]),
    '## How it is measured',
    howItIsMeasured,
  ]
    .join('\n\n')
    .concat('\n');
}

/** @param {CaseResult} result */
function caseTable({ columns, rows }) {
  const header = columns.flatMap(({ figure, title }) => (hasSpread(rows, figure) ? [title, 'p10 to p90'] : [title]));
  return table(
    ['', ...header],
    rows.map(({ name, figures }) => [
      name,
      ...columns.flatMap(({ figure, digits }) => cells(figures[figure], digits, hasSpread(rows, figure))),
    ]),
  );
}

/**
 * @param {readonly Row[]} rows
 * @param {string} figure
 */
const hasSpread = (rows, figure) =>
  rows.some(({ figures }) => typeof figures[figure] === 'object' && figures[figure] !== null);

/**
 * @param {Spread | number | null | undefined} value
 * @param {number} digits
 * @param {boolean} withSpread
 */
function cells(value, digits, withSpread) {
  if (value === null || value === undefined) return withSpread ? ['n/a', ''] : ['n/a'];
  if (typeof value === 'number') return withSpread ? [amount(value, digits), ''] : [amount(value, digits)];
  return [amount(value.median, digits), `${amount(value.p10, digits)} to ${amount(value.p90, digits)}`];
}

/**
 * @param {number} value
 * @param {number} digits
 */
const amount = (value, digits) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  // Prose columns are not padded: one long note would widen every line.
  const pad = (/** @type {string} */ text, /** @type {number} */ column) => {
    const width = widths[column] ?? 0;
    if (width > 80) return text;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  const line = (/** @type {readonly string[]} */ cellsOfRow) => `| ${cellsOfRow.map(pad).join(' | ')} |`;
  const dashes = widths.map((width, column) => {
    const isLeft = column === 0 || width > 80;
    return isLeft ? '-'.repeat(Math.min(width, 80) + 2) : `${'-'.repeat(width + 1)}:`;
  });
  const rule = `|${dashes.join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
