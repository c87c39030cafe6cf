// Builds the canonical description of declared table changes: of what they declare, whatever they expand to.
import { leaf } from './digest.js'
import { describeSql } from './describe-sql.js'
import type { Alteration, ColumnWish, Declared, TableChange } from '../model/migration.js'

/** In the order in which tables, columns and constraints are created; the order of sibling keys makes no difference. */
export const describeAlter = ({ tables }: Alteration): string[] => [
  '(alter',
  ...tables.flatMap(describeTable),
  ')',
]

function describeTable(change: TableChange): string[] {
  const { table, drop, rename, add, change: changed, foreignKeys, checks, order } = change
  return [
    '(table',
    leaf('name', table.value),
    ...part('drop', names(drop)),
    ...part('rename', names(rename.flatMap(({ from, to }) => [from, to]))),
    ...part('add', add.flatMap(describeColumn)),
    ...part('change', changed.flatMap(describeColumn)),
    ...part(
      'add-keys',
      foreignKeys.add.flatMap(({ columns, parent, parentColumns, actions }) => [
        '(key',
        ...names([...columns, parent, ...parentColumns]),
        leaf('columns', `${columns.length}`),
        leaf('actions', actions),
        ')',
      ]),
    ),
    ...part(
      'drop-keys',
      foreignKeys.drop.flatMap((columns) => ['(key', ...names(columns), ')']),
    ),
    ...part('add-checks', checks.add.flatMap(sql)),
    ...part('drop-checks', checks.drop.flatMap(sql)),
    ...(order ? ['(order', ...names(order), ')'] : []),
    ')',
  ]
}

const part = (mark: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`(${mark}`, ...items, ')']

const names = (all: readonly Declared<string>[]): string[] =>
  all.map(({ value }) => leaf('name', value))

const sql = ({ value }: Declared<string>): string[] => [
  '(sql',
  ...describeSql(value).map((token) => leaf('token', token)),
  ')',
]

function describeColumn({ column, definition, type, notNull, ...said }: ColumnWish): string[] {
  const value = said.default
  return [
    '(column',
    leaf('name', column.value),
    ...(definition ? ['definition', ...sql(definition)] : []),
    ...(type ? ['type', ...sql(type)] : []),
    ...(notNull ? [notNull.value ? 'not-null' : 'null'] : []),
    ...(value ? ['default', ...(value.value === null ? [] : sql(value as Declared<string>))] : []),
    ...(said.using ? ['using', ...sql(said.using)] : []),
    ')',
  ]
}
