// Checks whether the names in a table change exist, including those in expressions. Pure.
import { isSameName } from '../../src/sql/names.js'
import { nearest } from '../diagnostics/nearest.js'
import { textPlace } from '../diagnostics/text-place.js'
import type { Catalog, CatalogTable } from '../model/catalog.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Declared, ForeignKeyWish, TableChange } from '../model/migration.js'
import { alterRefused, alterUnknown } from './alter-problems.js'
import { clausesOf, readColumn } from './column-text.js'
import { columnsNamed } from './expression-names.js'
import { isOnePiece } from './new-column.js'
import type { TableFacts } from './table-facts.js'
import { tableIn, columnOf } from '../model/in-catalog.js'

/** The names in a change that the table does not have, or no longer has. */
export function checkNames(change: TableChange, { table }: TableFacts): Diagnostic[] {
  const { drop, rename, add, change: changed, foreignKeys, checks, order } = change
  const before = [
    ...drop,
    ...rename.map(({ from }) => from),
    ...changed.map(({ column }) => column),
    ...foreignKeys.drop.flat(),
    ...[...changed, ...add].flatMap(({ using }) => (using ? namesIn(using, table) : [])),
  ]
  const limited = [
    ...foreignKeys.add.flatMap(({ columns }) => columns),
    ...checks.add.flatMap((one) => namesIn(one, table)),
    ...add.flatMap(({ definition }) => (definition ? namesInColumn(definition, table) : [])),
  ]
  const returning = changed.flatMap(({ back }) => (back ? namesIn(back, table) : []))
  const names = add.map(({ column }) => column.value)
  const isNew = ({ value }: Declared<string>): boolean =>
    names.some((name) => isSameName(name, value))
  const unknown = [
    ...before,
    ...[...limited, ...returning, ...(order ?? [])].filter((one) => !isNew(one)),
  ]
    .filter(({ value }) => !columnOf(table, value))
    .map((one) => unknownColumn(one, table, change))
  const gone = [...limited, ...returning].filter((one) =>
    drop.some(({ value }) => isSameName(value, one.value)),
  )
  return [
    ...unknown,
    ...gone.map(({ value, position }) =>
      alterRefused(
        position,
        `what is added or written back refers to ${value}, which is dropped`,
        'Leave out one of the two.',
      ),
    ),
  ]
}

/** The columns that an expression names, each with its place, as far as that is known. */
function namesIn(expression: Declared<string>, { name: table }: CatalogTable): Declared<string>[] {
  const { value: sql, text, position } = expression
  if (!isOnePiece(sql)) return []
  return columnsNamed(sql, table).map(({ name, start }) => ({
    value: name,
    position: text ? textPlace(sql, start, text) : position,
  }))
}

/** The names in what a column's definition checks, or is computed from. */
function namesInColumn(definition: Declared<string>, table: CatalogTable): Declared<string>[] {
  const { value: sql, text, position } = definition
  if (!isOnePiece(sql)) return []
  const head = 'x '
  const column = readColumn(head + sql)
  return ['check', 'as', 'generated'].flatMap((kind) =>
    clausesOf(column, kind).flatMap(({ start, end }) => {
      const open = column.text.indexOf('(', start)
      const inside = column.text.slice(open + 1, column.text.lastIndexOf(')', end - 1))
      const from = open + 1 - head.length
      const expression = { value: inside, position }
      return namesIn(text ? { ...expression, text: textPlace(sql, from, text) } : expression, table)
    }),
  )
}

/** The names of a foreign key's parent that do not exist. */
export function checkParent(
  { parent, parentColumns }: ForeignKeyWish,
  { catalog }: TableFacts,
): Diagnostic[] {
  const found = tableIn(catalog, parent.value)
  if (!found) return [unknownTable(parent, catalog)]
  return parentColumns
    .filter(({ value }) => !columnOf(found, value))
    .map((one) => unknownColumn(one, found))
}

/** A table that is not there. */
export function unknownTable({ value, position }: Declared<string>, catalog: Catalog): Diagnostic {
  const known = [...catalog.values()].flatMap((one) => (one.type === 'table' ? one.name : []))
  return alterUnknown(position, `the table \`${value}\``, { meant: nearest(value, known), known })
}

/** A column's new name does not exist before the step. */
function unknownColumn(
  { value, position }: Declared<string>,
  { name: table, columns }: CatalogTable,
  change?: TableChange,
): Diagnostic {
  const known = columns.map(({ name }) => name)
  const renamed = change?.rename.find(({ to }) => isSameName(to.value, value))
  const meant = renamed?.from.value ?? nearest(value, known)
  return alterUnknown(position, `the column \`${value}\` of ${table}`, { meant, known })
}
