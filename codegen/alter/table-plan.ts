// Plans the change of one table: its new text, and the cheapest steps to it that lose nothing. Pure.
import { foldCase, isSameName, plainName, unquote } from '../../src/sql/names.js'
import { checkExpression } from '../sql/check-expressions.js'
import { compareVersions } from '../sql/compare-sqlite.js'
import { sqlName, sqlNames } from '../sql/sql-name.js'
import { listed } from '../diagnostics/listed.js'
import { nearest } from '../diagnostics/nearest.js'
import type { Diagnostic } from '../model/diagnostic.js'
import { alterRefused, alterUnknown } from './alter-problems.js'
import {
  clausesOf,
  readColumn,
  withoutClause,
  type ColumnClause,
  type Limit,
} from './column-text.js'
import { bare, canBeAdded, canBeDropped, changedColumn, newColumn } from './new-column.js'
import { holdersOf, limitsIn, withoutLimit } from './column-holder.js'
import { keysIn, partOf, type TableFacts } from './table-facts.js'
import { columnOf, newPart, printTable, type Part } from './table-text.js'
import type { AlterStep, Declared, ForeignKeyWish, TableChange } from '../model/migration.js'

/** The parts of a table while they are changed, and the problems found. */
interface Draft {
  parts: readonly Part[]
  readonly problems: Diagnostic[]
}

/** The parts after the change except for new names; problems if something prevents it. */
export function plannedParts(change: TableChange, facts: TableFacts): Draft {
  const draft: Draft = { parts: facts.text.parts, problems: [] }
  for (const columns of change.foreignKeys.drop) dropKey(draft, columns)
  for (const check of change.checks.drop) dropCheck(draft, check)
  dropColumns(draft, change, facts)
  draft.parts = draft.parts.map((part) => {
    const name = columnOf(part)
    const wish = change.change.find(({ column }) => name !== null && isSameName(column.value, name))
    return wish ? { ...part, text: changedColumn(part.text, wish) } : part
  })
  const last = draft.parts.findLastIndex((part) => columnOf(part) !== null)
  const neighbour = draft.parts[last]
  const columns = change.add.map((wish) => newPart(newColumn(wish), neighbour))
  const limits = [
    ...change.checks.add.map(({ value }) => `CHECK (${bare(value)})`),
    ...change.foreignKeys.add.map(keyText),
  ].map((text) => newPart(text, draft.parts.at(-1)))
  draft.parts = [
    ...draft.parts.slice(0, last + 1),
    ...columns,
    ...draft.parts.slice(last + 1),
    ...limits,
  ]
  if (change.order) orderColumns(draft, change.order, change.table)
  return draft
}

const keyText = ({ columns, parent, parentColumns, actions }: ForeignKeyWish): string => {
  const names = (all: readonly Declared<string>[]): string =>
    sqlNames(all.map(({ value }) => value))
  const target = parentColumns.length > 0 ? ` (${names(parentColumns)})` : ''
  const key = `FOREIGN KEY (${names(columns)}) REFERENCES ${sqlName(parent.value)}${target}`
  return actions === '' ? key : `${key} ${actions}`
}

/** Removes a clause from a column, or a constraint from the table; returns whether it was found. */
function takeOut(
  draft: Draft,
  isColumns: (part: Part, clause: ColumnClause) => boolean,
  isTables: (part: Part) => boolean,
): boolean {
  const before = draft.parts
  draft.parts = before
    .filter((part) => columnOf(part) !== null || !isTables(part))
    .map((part) =>
      columnOf(part) === null ? part : withoutClause(part, (clause) => isColumns(part, clause)),
    )
  return draft.parts.length < before.length || draft.parts.some((part, at) => part !== before[at])
}

function dropKey(draft: Draft, columns: readonly Declared<string>[]): void {
  const names = columns.map(({ value }) => foldCase(value))
  const isSame = (part: Part): boolean =>
    keysIn(part).some((key) => JSON.stringify(key.columns) === JSON.stringify(names))
  const found = takeOut(
    draft,
    (part, { kind }) =>
      kind === 'references' && names.length === 1 && foldCase(columnOf(part) ?? '') === names[0],
    isSame,
  )
  if (found) return
  const known = draft.parts.flatMap(keysIn).map((key) => `(${key.columns.join(', ')})`)
  const { position } = columns[0]!
  const what = `a foreign key over (${names.join(', ')})`
  draft.problems.push(alterUnknown(position, what, { meant: null, known }))
}

function dropCheck(draft: Draft, { value, position }: Declared<string>): void {
  const wanted = checkExpression(bare(value))
  const isWanted = (text: string): boolean => {
    const column = readColumn(`x ${text}`)
    const [check] = clausesOf(column, 'check')
    const [name] = clausesOf(column, 'constraint')
    if (!check) return false
    const said = checkExpression(column.text.slice(check.start + 'check'.length, check.end))
    return said === wanted || plainName(name?.words[1] ?? '') === foldCase(value)
  }
  const textOf = ({ text }: Part, { start, end }: ColumnClause): string => {
    const { clauses } = readColumn(text)
    const at = clauses.findIndex((one) => one.start === start)
    const name = clauses[at - 1]
    return text.slice(name?.kind === 'constraint' ? name.start : start, end)
  }
  const found = takeOut(
    draft,
    (part, clause) => clause.kind === 'check' && isWanted(textOf(part, clause)),
    ({ text }) => isWanted(text),
  )
  if (found) return
  const other = otherLimit(draft.parts, value)
  if (other)
    return void draft.problems.push(
      alterRefused(position, `\`${value}\` is not a CHECK`, withoutLimit(...other)),
    )
  const known = draft.parts.flatMap(({ text }) => /\bcheck\s*\([^]*\)/i.exec(text)?.[0] ?? [])
  const flat = (text: string): string => text.replaceAll(/[\s()]/g, '')
  const alike = draft.parts
    .flatMap(limitsIn)
    .filter(({ kind }) => kind === 'check')
    .map(({ text }) => checkExpression(text.slice('check'.length)))
    .find((text) => flat(text) === flat(wanted))
  const named = draft.parts.flatMap(({ text }) => [...text.matchAll(NAMED_CHECK)])
  const names = named.map(([, name = '']) => unquote(name))
  const meant = alike ?? nearest(value, names)
  draft.problems.push(alterUnknown(position, `the check \`${value}\``, { meant, known }))
}

/** A constraint that is named, or written, like a check that is to go. */
function otherLimit(parts: readonly Part[], value: string): [Part, Limit] | null {
  const wanted = checkExpression(bare(value))
  const isMeant = ({ kind, name, text }: Limit): boolean =>
    OTHERS.has(kind) &&
    ((name !== null && isSameName(name, value)) || checkExpression(text) === wanted)
  for (const part of parts) {
    const limit = limitsIn(part).find(isMeant)
    if (limit) return [part, limit]
  }
  return null
}

const OTHERS: ReadonlySet<string> = new Set(['unique', 'primary', 'foreign', 'references'])

const NAMED_CHECK = /\bconstraint\s+("(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`|[^\s"[`]+)\s+check\b/gi

function dropColumns(draft: Draft, { drop }: TableChange, facts: TableFacts): void {
  const isDropped = (part: Part): boolean => {
    const name = columnOf(part)
    return name !== null && drop.some(({ value }) => isSameName(value, name))
  }
  draft.parts = draft.parts.filter((part) => !isDropped(part))
  for (const { value, position } of drop) {
    const held = holdersOf(facts, value, draft.parts)
    if (held.length > 0) {
      const why = `${value} cannot be dropped, because ${listed(held.map((one) => one.why))}`
      const fixes = new Set(held.map(({ fix }) => fix))
      draft.problems.push(alterRefused(position, why, [...fixes].join(' ')))
    }
  }
  if (drop.length > 0 && draft.parts.every((part) => columnOf(part) === null))
    draft.problems.push(
      alterRefused(
        drop[0]!.position,
        'no column would be left',
        'Drop the table instead, in `up`.',
      ),
    )
}

function orderColumns(
  draft: Draft,
  order: readonly Declared<string>[],
  table: Declared<string>,
): void {
  const columns = draft.parts.filter((part) => columnOf(part) !== null)
  const wanted = order.map(({ value }) => partOf(columns, value))
  const missing = columns.filter((part) => !wanted.includes(part)).map((part) => columnOf(part))
  const isTwice = new Set(wanted).size < wanted.length
  if (missing.length > 0 || isTwice || wanted.includes(undefined)) {
    const why =
      missing.length > 0
        ? `it does not name ${missing.join(', ')}`
        : 'it names a dropped column, or one twice'
    const { position } = order[0] ?? table
    draft.problems.push(
      alterRefused(
        position,
        `\`order\` does not list all columns of ${table.value}: ${why}`,
        'Name each column once.',
      ),
    )
    return
  }
  // White space and comments around a place stay there; a note moves with its column.
  const placed = wanted.map((part, at) => ({ ...columns[at]!, ...spaced(part!, columns[at]!) }))
  draft.parts = [...placed, ...draft.parts.filter((part) => columnOf(part) === null)]
}

const spaced = (part: Part, place: Part): Part =>
  /\S/.test(part.before + place.before) ? part : { ...part, before: place.before }

/** Whether ALTER TABLE makes all of the change, on this version of SQLite, and puts the columns in their places. */
export function isNative(
  change: TableChange,
  { text }: TableFacts,
  minimum: string | null,
): boolean {
  const { drop, add, change: changed, foreignKeys, checks, order } = change
  const limits = [foreignKeys.add, foreignKeys.drop, checks.add, checks.drop]
  if (changed.length > 0 || order || limits.some((one) => one.length > 0)) return false
  if (drop.length > 0 && (isBefore(minimum, '3.35') || text.parts.some(isNoted))) return false
  return (
    add.every((wish) => !wish.using && canBeAdded(newColumn(wish))) &&
    drop.every(({ value }) => canBeDropped(partOf(text.parts, value)?.text ?? ''))
  )
}

/** Whether there is a comment next to a part: SQLite drops it with a column that it is not about. */
const isNoted = ({ before, after, note }: Part): boolean => /\S/.test(before + after + note)

/** Whether migrations must run on an SQLite older than this version. */
export const isBefore = (minimum: string | null, version: string): boolean =>
  minimum !== null && compareVersions(minimum, version) < 0

/** The steps without those that rename. */
export function stepsOf(
  change: TableChange,
  facts: TableFacts,
  { parts, native }: { readonly parts: readonly Part[]; readonly native: boolean },
): AlterStep[] {
  const { drop, add, change: changed } = change
  if (native) {
    const name = sqlName(facts.table.name)
    const adds = add.map((wish) => `ALTER TABLE ${name} ADD COLUMN ${newColumn(wish)}`)
    const drops = drop.map(({ value }) => dropStep(facts, value))
    return [...drops, ...adds.map((sql): AlterStep => ({ kind: 'run', sql }))]
  }
  const create = printTable({ ...facts.text, parts })
  const isSame = create === printTable(facts.text)
  const values = [...changed, ...add].flatMap(({ column, using }) =>
    using ? [[column.value, bare(using.value)] as const] : [],
  )
  if (isSame && values.length === 0) return []
  const { name: table, columns } = facts.table
  const known = columns.map(({ name }) => name)
  return [{ kind: 'rebuild', table, create, columns: known, copy: Object.fromEntries(values) }]
}

/** The statement that renames a column. */
export const renameStep = (
  { table }: TableFacts,
  [from, to]: readonly [string, string],
): AlterStep => ({
  kind: 'run',
  sql: `ALTER TABLE ${sqlName(table.name)} RENAME COLUMN ${sqlName(from)} TO ${sqlName(to)}`,
})

/** The statement that drops a column. */
export const dropStep = ({ table }: TableFacts, column: string): AlterStep => ({
  kind: 'run',
  sql: `ALTER TABLE ${sqlName(table.name)} DROP COLUMN ${sqlName(column)}`,
})
