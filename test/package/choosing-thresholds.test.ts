import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { barsOf } from '../../simulate/bars.ts';
import { RECOMMENDED } from '../../simulate/policies/ours.ts';
import type { Results } from '../../simulate/summary.ts';
import { barTable } from '../../simulate/table.ts';
import { root } from '../support/source-tree.ts';

const guide = readFileSync(join(root, 'docs/choosing-thresholds.md'), 'utf8');

it.each(Object.entries(RECOMMENDED))('docs/choosing-thresholds.md recommends %s: %s, which was simulated', (option, value) => {
  const written = typeof value === 'number' ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_') : JSON.stringify(value).replaceAll('"', "'");

  expect(guide).toContain(`  ${option}: ${written},`);
});

it('docs/choosing-thresholds.md shows every bar as it came out', () => {
  const results = JSON.parse(readFileSync(join(root, 'simulate/results/results.json'), 'utf8')) as Results;

  expect(guide).toContain(barTable(barsOf(results)));
});
