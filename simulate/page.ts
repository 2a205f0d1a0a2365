import { marked } from 'marked';
import type { Bar } from './bars.ts';
import type { Chart } from './charts.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:1040px;margin:2rem auto;padding:0 1rem;color:#1f2937}
h1,h2{line-height:1.2}figure{margin:2rem 0}figcaption{color:#475569}svg{max-width:100%;height:auto}
table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}td,th{border:1px solid #d6dbe3;padding:.2rem .5rem;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left}.met{color:#0b6e4f}.missed{color:#b91c1c;font-weight:600}summary{cursor:pointer;font-size:1.2rem;font-weight:600}`;

/** A page that needs nothing else. */
export function page({ bars, charts, tables, about }: { readonly bars: readonly Bar[]; readonly charts: readonly Chart[]; readonly tables: string; readonly about: string }): string {
  const list = bars.map(({ promise, figure, met }) => `<li class="${met ? 'met' : 'missed'}">${met ? '✓' : '✗'} ${escape(promise)}: ${escape(figure)}</li>`);
  const figures = charts.map(({ title, note, svg }) => `<figure><h2>${escape(title)}</h2><figcaption>${escape(note)}</figcaption>${svg}</figure>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Circuit breakers, simulated</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>Circuit breakers, simulated</h1><p>${escape(about)}</p>
<h2>What the documentation promises</h2><ul>${list.join('')}</ul>
${figures.join('\n')}
<details><summary>All figures, mean ± 95 % margin</summary>${marked.parse(tables, { async: false })}</details></body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
