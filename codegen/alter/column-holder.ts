// Finds the parts of a table and of the schema that depend on a column, and what to do about them before it is dropped. Pure.
import { isSameName, plainName } from '../../src/sql/names.js'
import { mentions } from '../sql/names-in.js'
import { readStatement } from '../sql/read-statement.js'
import { sqlName } from '../sql/sql-name.js'
import { clausesOf, limitsOf, readColumn, type ColumnText, type Limit } from './column-text.js'
import { keysIn, type TableFacts } from './table-facts.js'
import { columnOf, type Part } from './table-text.js'

/** Something that prevents dropping a column, as a part of a sentence, and what to do about it. */
export interface Holder {
  readonly why: string
  readonly fix: string
}

/**
 * Everything that prevents dropping a column; if one of these cannot be dropped by any declared change, only that one. `parts`
 * are those that stay.
 */
export function holdersOf(facts: TableFacts, column: string, parts: readonly Part[]): Holder[] {
  const { table } = facts
  const own = table.columns.find(({ name }) => isSameName(name, column))
  if (own && own.primaryKey > 0)
    return [{ why: 'it is part of the primary key', fix: `${BY_HAND} that has another key.` }]
  const all = [
    ...indexesOver(facts, column).map((index): Holder => ({
      why: `the index ${index} covers it`,
      fix: `Drop the index in a migration before this one: \`DROP INDEX ${sqlName(index)}\`.`,
    })),
    ...childrenOf(facts, column).map(({ table: child, columns }): Holder => ({
      why: `a foreign key of ${child} refers to it`,
      fix: `Drop that key in a migration before this one: \`alter: { ${keyInCode(child)}: { foreignKeys: { drop: [[${columns.map(inCode).join(', ')}]] } } }\`.`,
    })),
    ...parts
      .filter((part) => holds(facts, part, column))
      .map((part): Holder => ({
        why: `\`${part.text}\` refers to it`,
        fix: withoutHolder(part, column),
      })),
  ]
  const fixed = all.find(({ fix }) => fix.includes(BY_HAND))
  return fixed ? [fixed] : all
}

/** What to declare so that a constraint, or another column, is dropped with a column that it mentions. */
function withoutHolder(part: Part, column: string): string {
  const name = columnOf(part)
  const held = limitsIn(part).find(({ kind, text }) => HOLDING.has(kind) && mentions(text, column))
  return name !== null && held?.kind !== 'check'
    ? `Drop ${name} as well: \`drop: [${inCode(column)}, ${inCode(name)}]\`.`
    : withoutLimit(part, held)
}

const HOLDING: ReadonlySet<string> = new Set(['check', 'unique', 'foreign', 'as', 'generated'])

/** The constraints of a part, which is a column or a constraint of the table. */
export const limitsIn = (part: Part): readonly Limit[] =>
  limitsOf(readColumn(columnOf(part) === null ? `x ${part.text}` : part.text))

/** What to declare to drop a constraint, or what to do instead. */
export function withoutLimit(part: Part, limit: Limit | undefined): string {
  const { kind = '', name = null, text = '' } = limit ?? {}
  const own = columnOf(part)
  if (kind === 'check')
    return `Drop that as well: \`checks: { drop: [${inCode(name ?? text.slice('check'.length).trim())}] }\`.`
  if (kind === 'foreign' || kind === 'references')
    return keyDropped(own === null ? (keysIn(part)[0]?.columns ?? []) : [own], 'Drop that as well')
  return `A declared change cannot drop a UNIQUE or a primary key. ${BY_HAND} without it.`
}

const keyDropped = (columns: readonly string[], remedy: string): string =>
  `${remedy}: \`foreignKeys: { drop: [[${columns.map(inCode).join(', ')}]] }\`.`

const BY_HAND = 'Write `up` in place of `alter`, with `ctx.rebuild` and a CREATE TABLE'

/** A name as a key of an object in code. */
export const keyInCode = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : inCode(name)

const inCode = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`

const indexesOver = ({ table, catalog }: TableFacts, column: string): string[] =>
  [...catalog.values()].flatMap((object) => {
    if (object.type !== 'index' || !isSameName(object.table, table.name)) return []
    const shape = readStatement(object.sql)
    if (shape.kind !== 'create-index') return []
    const words = [...shape.terms.flat(), ...shape.where]
    return words.some((word) => !word.startsWith("'") && plainName(word) === plainName(column))
      ? [object.name]
      : []
  })

/** Tables with a foreign key to the column; the table itself does not count if that key is dropped with the column. */
const childrenOf = (
  { table, catalog }: TableFacts,
  column: string,
): { readonly table: string; readonly columns: readonly string[] }[] =>
  [...catalog.values()].flatMap((object) => {
    if (object.type !== 'table') return []
    const isOwn = isSameName(object.name, table.name)
    return object.foreignKeys
      .filter(
        ({ parent, parentColumns, columns }) =>
          isSameName(parent, table.name) &&
          parentColumns.some((name) => isSameName(name, column)) &&
          !(isOwn && columns.some((name) => isSameName(name, column))),
      )
      .map(({ columns }) => ({ table: object.name, columns }))
  })

/** Whether a constraint, or what another column checks or is computed from, mentions a column. */
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
