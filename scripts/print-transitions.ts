// Writes the state diagrams in README.md and ARCHITECTURE.md from the table of transitions.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transitions } from '../src/core/transition.ts';

/** The pages with the diagram. */
export const pages = ['README.md', 'ARCHITECTURE.md'];

const moves = Object.entries(transitions).flatMap(([from, exits]) =>
  Object.entries(exits).map(([move, { to }]) => `  ${from} --> ${to}: ${move}`),
);
const diagram = ['```mermaid', 'stateDiagram-v2', ...moves, '```'];
const block = ['<!-- transitions -->', ...diagram, '<!-- /transitions -->'].join('\n');

/** The text of a page with the diagram between its markers. */
export const withDiagram = (text: string): string =>
  text.replace(/<!-- transitions -->.*?<!-- \/transitions -->/s, () => block);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of pages) {
    const file = new URL(`../${page}`, import.meta.url);
    writeFileSync(file, withDiagram(readFileSync(file, 'utf8')));
  }
}
