// What of a table, and of the schema, hangs on a column, and what to do where that is to go. Pure.
import { isSameName, plainName } from '../../src/sql/names.js'
import { sqlName } from '../sql/sql-name.js'
import { mentions } from '../sql/names-in.js'
import { readStatement } from '../sql/read-statement.js'
import { clausesOf, limitsOf, readColumn, type ColumnText, type Limit } from './column-text.js'
import { keysIn, type TableFacts } from './table-facts.js'
import { columnOf, type Part } from './table-text.js'

/**
 * What keeps a column from being dropped, as a part of a sentence with what to do; null where nothing does. `parts` are
 * those that stay.
 */
export function holderOf(
  facts: TableFacts,
  column: string,
  parts: readonly Part[],
): readonly [why: string, fix: string] | null {
  const { table } = facts
  const own = table.columns.find(({ name }) => isSameName(name, column))
  if (own && own.primaryKey > 0)
    return ['it is part of the primary key', `${BY_HAND} that has another key.`]
  const index = indexOver(facts, column)
  if (index !== null)
    return [
      `the index ${index} is over it`,
      `Drop the index in a migration before this one: \`DROP INDEX ${sqlName(index)}\`.`,
    ]
  const child = childOf(facts, column)
  if (child !== null)
    return [
      `a foreign key of ${child.table} refers to it`,
      `Drop that key in a migration before this one: \`alter: { ${keyInCode(child.table)}: { foreignKeys: { drop: [[${child.columns.map(inCode).join(', ')}]] } } }\`.`,
    ]
  const holder = parts.find((part) => holds(facts, part, column))
  return holder ? [`\`${holder.text}\` speaks of it`, withoutHolder(holder, column)] : null
}

/** What to declare so that a constraint, or another column, goes with a column of which it speaks. */
function withoutHolder(part: Part, column: string): string {
  const name = columnOf(part)
  const held = limitsIn(part).find(({ kind, text }) => HOLDING.has(kind) && mentions(text, column))
  return name !== null && held?.kind !== 'check'
    ? `Drop ${name} as well: \`drop: [${inCode(column)}, ${inCode(name)}]\`.`
    : withoutLimit(part, held)
}

const HOLDING: ReadonlySet<string> = new Set(['check', 'unique', 'foreign', 'as', 'generated'])

/** The constraints of a part, be it a column or one of the table. */
export const limitsIn = (part: Part): readonly Limit[] =>
  limitsOf(readColumn(columnOf(part) === null ? `x ${part.text}` : part.text))

/** What to declare so that a constraint goes, or what else to do. */
export function withoutLimit(part: Part, limit: Limit | undefined): string {
  const { kind = '', name = null, text = '' } = limit ?? {}
  const own = columnOf(part)
  if (kind === 'check')
    return `Drop that as well: \`checks: { drop: [${inCode(name ?? text.slice('check'.length).trim())}] }\`.`
  if (kind === 'foreign' || kind === 'references')
    return keyDropped(own === null ? (keysIn(part)[0]?.columns ?? []) : [own], 'Drop that as well')
  return `No declared change drops a UNIQUE or a primary key. ${BY_HAND} without it.`
}

const keyDropped = (columns: readonly string[], remedy: string): string =>
  `${remedy}: \`foreignKeys: { drop: [[${columns.map(inCode).join(', ')}]] }\`.`

const BY_HAND = 'Write `up` in place of `alter`, with `ctx.rebuild` and a CREATE TABLE'

/** As a key of an object. */
const keyInCode = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : inCode(name))

const inCode = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`

function indexOver({ table, catalog }: TableFacts, column: string): string | null {
  for (const object of catalog.values()) {
    if (object.type !== 'index' || !isSameName(object.table, table.name)) continue
    const shape = readStatement(object.sql)
    if (shape.kind !== 'create-index') continue
    const words = [...shape.terms.flat(), ...shape.where]
    if (words.some((word) => !word.startsWith("'") && plainName(word) === plainName(column)))
      return object.name
  }
  return null
}

/** A table with a foreign key to the column; the table itself does not count where that key goes with the column. */
function childOf(
  { table, catalog }: TableFacts,
  column: string,
): { readonly table: string; readonly columns: readonly string[] } | null {
  for (const object of catalog.values()) {
    if (object.type !== 'table') continue
    const isOwn = isSameName(object.name, table.name)
    const key = object.foreignKeys.find(
      ({ parent, parentColumns, columns }) =>
        isSameName(parent, table.name) &&
        parentColumns.some((name) => isSameName(name, column)) &&
        !(isOwn && columns.some((name) => isSameName(name, column))),
    )
    if (key) return { table: object.name, columns: key.columns }
  }
  return null
}

/** Whether a constraint, or what another column checks or is computed from, speaks of a column. */
function holds({ table }: TableFacts, part: Part, column: string): boolean {
  const name = columnOf(part)
  if (name !== null) return !isSameName(name, column) && speaksOf(readColumn(part.text), column)
  const [key] = keysIn(part)
  if (!key) return mentions(part.text, column)
  const names = isSameName(key.parent, table.name)
    ? [...key.columns, ...key.parentColumns]
    : key.columns
  return names.includes(plainName(column))
}

const speaksOf = (text: ColumnText, column: string): boolean =>
  ['check', 'as', 'generated'].some((kind) =>
    clausesOf(text, kind).some(({ start, end }) => mentions(text.text.slice(start, end), column)),
  )
