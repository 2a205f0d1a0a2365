import { unitFactors } from '../src/compat/legacy-name.ts';
import type { LegacyName, LegacyOption, LegacyOptions, LegacySettings } from '../src/compat/legacy-name.ts';
import { mapping } from '../src/compat/mapping.ts';

/** What stands between `<!-- tables: core -->` and `<!-- end -->` is made from the mapping. */
const PLACE = /<!-- (tables|repairs): ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g;

/** The page with fresh tables. @throws Error when a source of the mapping has no place, or a place no source. */
export function withTables(page: string): string {
  const places = new Set<string>();
  const fresh = page.replace(PLACE, (_, kind: string, source: string) => {
    places.add(`${kind}: ${source}`);
    const names = kind === 'repairs' ? mapping : mapping.filter((name) => name.source === source);
    if (names.length === 0) throw new Error(`The guide has a place for "${source}", which the mapping does not know`);
    return `<!-- ${kind}: ${source} -->\n\n${kind === 'repairs' ? allRepairs(names) : sectionOf(names)}\n\n<!-- end -->`;
  });
  const missing = [...new Set(mapping.map(({ source }) => source))].filter((source) => !places.has(`tables: ${source}`));
  if (missing.length > 0) throw new Error(`The guide has no place for ${missing.join(', ')}`);
  return fresh;
}

function sectionOf(names: readonly LegacyName[]): string {
  return [nameTable(names), ...optionTables(names), memberTable(names), keptList(names), repairTable(names)].filter((part) => part !== '').join('\n\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const code = (text: string): string => `\`${text}\``;

function nameTable(names: readonly LegacyName[]): string {
  return table(
    ['legacy', 'here', 'new code', ''],
    names.map(({ module, name, shim, replacement, note = '' }) => [`${code(name)} of ${module}`, code(shim), code(replacement), note]),
  );
}

/** Names with the same options share a table. */
function optionTables(names: readonly LegacyName[]): string[] {
  const groups = new Map<LegacyOptions, LegacyName[]>();
  for (const name of names) if (name.options !== undefined) groups.set(name.options, [...(groups.get(name.options) ?? []), name]);
  return [...groups].map(([options, owners]) => {
    const title = `Options of ${owners.map(({ shim }) => code(shim)).join(', ')}:`;
    const rows = Object.entries(options).map(([key, option]) => [code(key), defaultOf(option), option.to === null ? '–' : code(option.to), unitOf(option), option.note ?? '']);
    return `${title}\n\n${table(['option', 'default', 'becomes', 'unit', ''], rows)}${fixed(owners[0]?.settings)}`;
  });
}

function defaultOf({ kind, default: value }: LegacyOption): string {
  if (kind === 'name') return 'required';
  return value === undefined ? '–' : String(value);
}

function unitOf(option: LegacyOption): string {
  const factor = unitFactors[option.kind];
  return factor === undefined || option.to === null ? option.kind : `${option.kind} × ${factor}`;
}

function fixed(settings: LegacySettings | undefined): string {
  const entries = Object.entries(settings ?? {});
  return entries.length === 0 ? '' : `\n\nFixed: ${entries.map(([key, value]) => code(`${key}: ${JSON.stringify(value)}`)).join(', ')}.`;
}

function memberTable(names: readonly LegacyName[]): string {
  const rows = names.flatMap(({ shim, members = {} }) => Object.entries(members).map(([legacy, now]) => [code(`${shim}.${camelCase(legacy)}`), code(now)]));
  return table(['member', 'new code'], rows);
}

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function keptList(names: readonly LegacyName[]): string {
  const items = names.flatMap(({ shim, kept = [], quirk }) => [
    ...kept.map((text) => `- ${code(shim)}: ${text}.`),
    ...(quirk === undefined ? [] : [`- ${code(shim)} opens by ${code(quirk)} of \`compat/quirks.ts\`.`]),
  ]);
  return items.length === 0 ? '' : `Kept:\n\n${items.join('\n')}`;
}

const repairRows = (names: readonly LegacyName[], withSource: boolean): string[][] =>
  names.flatMap(({ source, shim, repaired = [] }) => repaired.map(({ fault, now, check }) => [withSource ? `[${source}](#${source}) ${code(shim)}` : code(shim), fault, now, check]));

function repairTable(names: readonly LegacyName[]): string {
  const rows = repairRows(names, false);
  return rows.length === 0 ? '' : `Repaired:\n\n${table(['name', 'it did', 'now', 'look for'], rows)}`;
}

function allRepairs(names: readonly LegacyName[]): string {
  return table(['name', 'it did', 'now', 'look for'], repairRows(names, true));
}
