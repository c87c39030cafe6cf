// Inserts, deletes and updates one row of a table that a full-text index covers.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Comparison } from '../seed/comparisons.js'
import type { ExternalIndex } from '../watch/external-indexes.js'

/** An index, and a table whose rows it may have. */
export interface Owner {
  readonly one: ExternalIndex
  readonly table: CatalogTable
}

/** What is done to one row. */
export interface Acts {
  insert(): void
  remove(): void
  /** Updates of its texts, together and one by one, with their reversal. */
  readonly changes: readonly { change(): void; restore(): void }[]
  /** Each swaps two texts. */
  readonly exchanges: readonly (() => void)[]
}

/**
 * Tries rows with all their texts in two states: as they are, and as an application may insert them, with defaults in the other columns. With
 * comparisons, only such that have a value of one of them.
 */
export function* statesOf(
  connection: Connection,
  { one, table }: Owner,
  asked: readonly Comparison[] = [],
): Generator<Acts> {
  const columns = table.columns.filter(({ generated, hidden }) => !generated && !hidden)
  const needed = columns.filter(
    (column) =>
      isText(one, column) || isKey(one, column) || (column.notNull && column.default === null),
  )
  const texts = needed.filter((column) => isText(one, column) && !isKey(one, column))
  const full = texts.map(({ name }) => `${quoteIdentifier(name)} <> ''`).join(' AND ') || '1'
  const name = `main.${quoteIdentifier(table.name)}`
  for (const own of needed.length < columns.length ? [columns, needed] : [columns]) {
    const names = ['rowid', ...own.map((column) => quoteIdentifier(column.name))]
    const rows = connection.all(
      `SELECT ${names.join(', ')} FROM ${name} WHERE ${full} ORDER BY rowid LIMIT ${TRIED}`,
    )
    const [first] = rows
    const made = asked.flatMap((each) =>
      own.flatMap(({ name: column }, at) =>
        first && each.names.includes(foldCase(column))
          ? each.values.map((value) => first.with(at + 1, value))
          : [],
      ),
    )
    for (const row of asked.length > 0 ? made : rows)
      yield actsOn(connection, {
        name,
        row,
        names,
        texts: texts.map((text) => own.indexOf(text) + 1),
      })
  }
}

const TRIED = 3

/** A row of a table, with the columns that are set and the positions of its texts among them. */
interface State {
  readonly name: string
  readonly names: readonly string[]
  readonly row: RawRow
  readonly texts: readonly number[]
}

/** The rowid is kept, as otherwise the row would move behind all others. */
function actsOn({ run }: Connection, { name, names, row, texts }: State): Acts {
  const rowid = row[0] ?? null
  const set = (own: readonly number[], to: (at: number) => string, values: RawRow = []): void => {
    const sets = own.map((at) => `${names[at]} = ${to(at)}`)
    run(`UPDATE ${name} SET ${sets.join(', ')} WHERE rowid = ?`, ...values, rowid)
  }
  const singles = texts.map((at) => [at])
  const pairs = texts.flatMap((at, index) => texts.slice(index + 1).map((other) => [at, other]))
  const holes = names.map(() => '?').join(', ')
  return {
    insert: () => run(`INSERT INTO ${name} (${names.join(', ')}) VALUES (${holes})`, ...row),
    remove: () => run(`DELETE FROM ${name} WHERE rowid = ?`, rowid),
    changes: (texts.length > 1 ? [texts, ...singles] : singles).map((own) => ({
      change: () => set(own, (at) => `${names[at]} || ' more'`),
      restore: () =>
        set(
          own,
          () => '?',
          own.map((at) => row[at] ?? null),
        ),
    })),
    exchanges: pairs.map(
      (pair) => () => set(pair, (at) => names[pair.find((one) => one !== at)!]!),
    ),
  }
}

/** Whether an index reads a column, by its name. */
export const isText = ({ index }: ExternalIndex, { name }: CatalogColumn): boolean =>
  index.columns.some((own) => !own.hidden && isSameName(own.name, name))

/** Whether a column is the rowid or part of the primary key. */
export const isKey = ({ key }: ExternalIndex, { name, primaryKey }: CatalogColumn): boolean =>
  primaryKey > 0 || isSameName(name, key)
