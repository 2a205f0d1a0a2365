import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { barsOf } from '../../simulate/bars.ts';
import { quotedBy, readQuoted, type Quoted } from '../../simulate/figures.ts';
import { guideTexts } from '../../simulate/guide.ts';
import { barTable } from '../../simulate/table.ts';
import { root } from '../support/source-tree.ts';

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ');

const guide = unwrapped(textOf('docs/choosing-thresholds.md'));
const figures = JSON.parse(textOf('simulate/results/figures.json')) as Quoted;
const read = readQuoted(figures);

it('shows the adaptive configuration that was simulated', () => {
  const [, options = ''] = /ADAPTIVE = \{\n(.*?)\n\}/s.exec(textOf('simulate/policies/ours.ts')) ?? [];
  const missing = options.split('\n').filter((option) => !guide.includes(option.trim()));

  expect(options).toContain('detector');
  expect(missing).toEqual([]);
});

it('shows each simulated figure as it came out', () => {
  expect(guideTexts(read).filter((text) => !guide.includes(unwrapped(text)))).toEqual([]);
});

it('has results that list each acceptance criterion as it came out', () => {
  expect(textOf('simulate/results/results.md')).toContain(barTable(barsOf(read)));
});

it('keeps the figures that the guide and the criteria need, and no others', () => {
  expect(quotedBy((each) => [barsOf(each), guideTexts(each)], read)).toEqual(figures);
});
