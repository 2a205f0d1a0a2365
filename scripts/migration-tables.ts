import type { LegacyName, LegacyOption, LegacyOptions, LegacySettings } from '../src/compat/legacy-name.ts';
import { mapping } from '../src/compat/mapping.ts';

/** What stands between `<!-- tables: core -->` and `<!-- end -->` is made from the mapping. */
const PLACE = /<!-- (sources|tables|repairs): ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g;

const sources = [...new Set(mapping.map(({ source }) => source))].toSorted();

/** The page with fresh tables. @throws Error when a source of the mapping has no place, or a place no source. */
export function withTables(page: string): string {
  const places = new Set<string>();
  const fresh = page.replace(PLACE, (_, kind: string, source: string) => {
    places.add(`${kind}: ${source}`);
    return `<!-- ${kind}: ${source} -->\n\n${contentOf(kind, source)}\n\n<!-- end -->`;
  });
  const missing = sources.filter((source) => !places.has(`tables: ${source}`));
  if (missing.length > 0) throw new Error(`The guide has no place for ${missing.join(', ')}`);
  return fresh;
}

function contentOf(kind: string, source: string): string {
  if (kind === 'sources') return sourceTable();
  if (kind === 'repairs') return allRepairs();
  if (!sources.includes(source)) throw new Error(`The guide has a place for "${source}", which the mapping does not know`);
  const names = mapping.filter((name) => name.source === source);
  const own = names.filter(({ note = '' }) => !PASSED_ON.test(note));
  return [nameTable(names), noteList(own), optionTables(own), fixedLines(own), memberTables(own), keptList(own), repairTable(own)].filter((part) => part !== '').join('\n\n');
}

/** A table without the columns in which nothing stands; empty when it has no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const used = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]): string => `| ${cells.filter((_, column) => used[column]).map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A `|` would end the cell, also inside code; a `<` outside code would begin a tag. */
const cell = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '&lt;')))
    .join('')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => [...new Set(texts)].map(code).join(', ');
const link = (source: string): string => `[${source}](#${source})`;
const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Items by what they have in common, in the order of their first ones. */
function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): [Key, Item[]][] {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

/** Words that no expression has outside its brackets. */
const PROSE = new Set(['the', 'a', 'of', 'with', 'or', 'and', 'which', 'nothing', 'nothing:', 'inside', 'around']);

const isProse = (word: string): boolean => word.startsWith('`') || /^[a-z]+[,:]?$/.test(word);

/** An expression as code; of a sentence the parts that are code. */
function marked(text: string): string {
  const words = text.match(/`[^`]*`|(?:\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)|[^\s()`])+/g) ?? [];
  if (!words.some((word) => PROSE.has(word))) return code(text);
  return words.map((word) => (isProse(word) ? word : word.replace(/^(.*?)([,:]?)$/, '`$1`$2'))).join(' ').replaceAll('` `', ' ');
}

function sourceTable(): string {
  const rows = sources.map((source) => {
    const names = mapping.filter((name) => name.source === source);
    return [link(source), codes(names.map(({ module }) => module))];
  });
  return table(['source', 'it was'], rows);
}

/** Where names come from several modules, each has a row above its names. */
function nameTable(names: readonly LegacyName[]): string {
  const modules = grouped(names, ({ module }) => module);
  const rows = modules.flatMap(([module, own]) => [...(modules.length === 1 ? [] : [[`from ${code(module)}`, '']]), ...own.map(nameRow)]);
  return `${modules.length === 1 ? `From ${codes(modules.map(([module]) => module))}:\n\n` : ''}${table(['name', 'new code'], rows)}`;
}

/** The note of a name that another source has, too. */
const PASSED_ON = /^the same as (`\w+`) of `([a-z-]+)`, under whose name it warns$/;

function nameRow({ name, shim, replacement, note = '' }: LegacyName): readonly string[] {
  const both = name === shim ? code(name) : `${code(name)}, here ${code(shim)}`;
  const [, original, source] = PASSED_ON.exec(note) ?? [];
  return [both, original === undefined || source === undefined ? marked(replacement) : `as ${original} of ${link(source)}`];
}

function noteList(names: readonly LegacyName[]): string {
  const notes = names.flatMap(({ shim, note }) => (note === undefined ? [] : [{ shim, note: note.replace(/\.$/, '') }]));
  const items = grouped(notes, ({ note }) => note).map(([note, same]) => `${codes(same.map(({ shim }) => shim))}: ${note}`);
  return items.length === 0 ? '' : listOf('Note', items);
}

/** The first name of another source that has the same options or members; what it says is not said twice. */
function firstWith<Part extends 'options' | 'members'>(part: Part, { source, [part]: value }: LegacyName): LegacyName | undefined {
  const first = mapping.find((name) => name[part] === value);
  return first?.source === source ? undefined : first;
}

/** Names with the same options share a table. */
function optionTables(names: readonly LegacyName[]): string {
  return grouped(
    names.filter(({ options }) => options !== undefined),
    ({ options }) => options as LegacyOptions,
  )
    .map(([options, owners]) => optionsOf(options, owners))
    .join('\n\n');
}

function optionsOf(options: LegacyOptions, owners: readonly LegacyName[]): string {
  const title = `Options of ${codes(owners.map(({ shim }) => shim))}`;
  const first = owners[0] === undefined ? undefined : firstWith('options', owners[0]);
  if (first !== undefined) return `${title}: those of ${code(first.shim)} of ${link(first.source)}.`;
  const rows = Object.entries(options).map(([key, option]) => [code(key), defaultOf(option), becomes(option), option.note ?? '']);
  return `${title}:\n\n${table(['option', 'default', 'becomes', 'note'], rows)}`;
}

/** A space at which no line ends. */
const NO_BREAK = '\u00a0';
const UNITS: Readonly<Record<string, string>> = { seconds: `${NO_BREAK}s`, milliseconds: `${NO_BREAK}ms` };

function defaultOf({ kind, default: value }: LegacyOption): string {
  if (kind === 'name') return 'required';
  if (value === undefined) return '';
  if (typeof value === 'number') return `${value.toLocaleString('en').replaceAll(',', NO_BREAK)}${UNITS[kind] ?? ''}`;
  return Array.isArray(value) ? codes(value as readonly string[]) : code(String(value));
}

const becomes = ({ kind, to }: LegacyOption): string => {
  if (to === null) return '–';
  return kind === 'seconds' ? `${code(to)} ×${NO_BREAK}1${NO_BREAK}000` : code(to);
};

const setting = ([key, value]: readonly [string, unknown]): string => `${key}: ${JSON.stringify(value).replace(/\B(?=(\d{3})+$)/g, '_')}`;

/** What names set that their callers could not. */
function fixedLines(names: readonly LegacyName[]): string {
  return grouped(
    names.filter(({ settings = {} }) => Object.keys(settings).length > 0),
    ({ settings }) => settings as LegacySettings,
  )
    .map(([settings, owners]) => `Fixed by ${codes(owners.map(({ shim }) => shim))}: ${codes(Object.entries(settings).map(setting))}.`)
    .join('\n\n');
}

/** Names with the same members share a table. */
function memberTables(names: readonly LegacyName[]): string {
  return grouped(
    names.filter(({ members }) => members !== undefined),
    ({ members }) => members as NonNullable<LegacyName['members']>,
  )
    .map(([members, owners]) => membersOf(members, owners))
    .join('\n\n');
}

function membersOf(members: NonNullable<LegacyName['members']>, owners: readonly LegacyName[]): string {
  const title = `Members of ${codes(owners.map(({ shim }) => shim))}`;
  const first = owners[0] === undefined ? undefined : firstWith('members', owners[0]);
  if (first !== undefined) return `${title}: those of ${code(first.shim)} of ${link(first.source)}.`;
  const all = Object.entries(members).map(([legacy, now]) => ({ legacy: camelCase(legacy), now }));
  const isSame = ({ legacy, now }: (typeof all)[number]): boolean => now.replace(/\(.*\)$/, '') === legacy;
  const same = all.filter(isSame).map(({ now }) => now);
  const rows = all.filter((member) => !isSame(member)).map(({ legacy, now }) => [code(legacy), marked(now)]);
  if (rows.length === 0) return `${title} keep their names: ${codes(same)}.`;
  return `${title}:\n\n${table(['member', 'new code'], rows)}${same.length === 0 ? '' : `\n\nThe others keep their names: ${codes(same)}.`}`;
}

const QUIRKS: Readonly<Record<NonNullable<LegacyName['quirk']>, string>> = {
  failuresWithin: 'so many failures within a time open it, whatever succeeds between them',
  cumulativeFailures: 'all failures since the circuit closed open it, whatever succeeds between them',
  decayingFailures: 'so many failures open it, of which each success takes one back',
  errorRateAbove: 'a rate strictly above the threshold opens it; elsewhere reaching it is enough',
};

const listOf = (title: string, items: readonly string[]): string => (items.length === 1 ? `${title}: ${items.join('')}.` : `${title}:\n\n${items.map((item) => `- ${item}`).join('\n')}`);

/** Equal lines are said once, with all the names that they are true of. */
function keptList(names: readonly LegacyName[]): string {
  const lines = names.flatMap(({ shim, kept = [], quirk }) => [
    ...kept.map((text) => ({ shim, text })),
    ...(quirk === undefined ? [] : [{ shim, text: `${QUIRKS[quirk]}, which no option says: new code gives a \`tripPolicy\`` }]),
  ]);
  if (lines.length === 0) return '';
  const shared = grouped(lines, ({ text }) => text).map(([text, same]) => ({ text, owners: codes(same.map(({ shim }) => shim)) }));
  const byOwners = grouped(shared, ({ owners }) => owners);
  return byOwners.map(([owners, own]) => listOf(`Kept${byOwners.length === 1 ? '' : ` by ${owners}`}`, own.map(({ text }) => text))).join('\n\n');
}

/** Repairs with the names that they were made in; equal ones are one. */
function repairsOf(names: readonly LegacyName[]): readonly { readonly owners: string; readonly cells: readonly [string, string, string] }[] {
  const all = names.flatMap(({ shim, repaired = [] }) => repaired.map((repair) => ({ shim, repair })));
  const rows = grouped(all, ({ repair }) => keyOf(repair)).flatMap(([, same]) => {
    const owners = codes(same.map(({ shim }) => shim));
    return same.slice(0, 1).map(({ repair: { fault, now, check } }) => ({ owners, cells: [fault, now, check === 'nothing' ? '–' : check] as const }));
  });
  return grouped(rows, ({ owners }) => owners).flatMap(([, own]) => own);
}

/** A name is written once above its rows, and not at all where there is only one. */
function repairTable(names: readonly LegacyName[]): string {
  const rows = repairsOf(names);
  if (rows.length === 0) return '';
  const only = new Set(rows.map(({ owners }) => owners)).size === 1;
  const cells = rows.map(({ owners, cells: own }, index) => [only || owners === rows[index - 1]?.owners ? '' : owners, ...own]);
  return `Repaired:\n\n${table(['name', 'it did', 'now', 'look for'], cells)}`;
}

/** Each source has a row above its repairs. */
function allRepairs(): string {
  const rows = sources.flatMap((source) => {
    const own = repairsOf(mapping.filter((name) => name.source === source)).map(({ owners, cells: [fault, ...rest] }) => [`${owners}: ${fault}`, ...rest]);
    return own.length === 0 ? [] : [[`**${link(source)}**`, '', ''], ...own];
  });
  return table(['it did', 'now', 'look for'], rows);
}

const keyOf = ({ fault, now, check }: NonNullable<LegacyName['repaired']>[number]): string => JSON.stringify([fault, now, check]);
