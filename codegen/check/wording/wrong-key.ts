// Explains why SQLite cannot check a foreign key: what it refers to does not exist or is not unique.
import type {
  Catalog,
  CatalogForeignKey,
  CatalogObject,
  CatalogTable,
} from '../../model/catalog.js'
import type { ForeignKeyBroken } from '../../model/evidence.js'
import { listed } from '../../diagnostics/listed.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { setKey, uniqueIn } from '../changes/traced-keys.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'

/** The key in question, and two parts of a message. */
export interface WrongKey {
  readonly columns: readonly string[]
  /** A part of a sentence. */
  readonly why: string
  /** Without a full stop. */
  readonly fix: string
}

/** `catalog` is the schema in which the key cannot be checked. SQLite names no columns, so the key is looked for. */
export function wrongKey(fact: ForeignKeyBroken, catalog: Catalog, before: Catalog): WrongKey {
  const { table, columns, parent, message } = fact
  const there = catalog.get(`table ${foldCase(parent)}`)
  const [name, view] = [sqlName(parent), catalog.has(`view ${foldCase(parent)}`)]
  if (there?.type !== 'table') {
    const missing = view ? `${name} is a view, not a table` : `there is no table ${name}`
    return { columns, ...(view || message === null ? noTable(missing) : UNSEEN) }
  }
  const child = catalog.get(`table ${foldCase(table)}`)
  const keys = child?.type === 'table' ? child.foreignKeys : []
  const isOwn = (one: CatalogForeignKey): boolean => setKey(one.columns) === setKey(columns)
  const own = keys.filter((one) => isSameName(one.parent, parent))
  for (const key of [...own.filter(isOwn), ...own.filter((one) => !isOwn(one))]) {
    const words = explain(key, there, uniqueIn(there, catalog))
    const again = keyAgain(key, there, before.get(`table ${foldCase(parent)}`))
    if (words) return { columns: key.columns, ...words, ...(again && { fix: again }) }
  }
  return { columns, ...UNKNOWN }
}

/** The fix if the parent had the key itself, and no longer has one. */
function keyAgain(
  { parentColumns }: CatalogForeignKey,
  { name, columns }: CatalogTable,
  was: CatalogObject | undefined,
): string | null {
  if (was?.type !== 'table' || columns.some(({ primaryKey }) => primaryKey > 0)) return null
  const key = was.columns.filter(({ primaryKey }) => primaryKey > 0).map((one) => one.name)
  const isSame = parentColumns.length === 0 || setKey(key) === setKey(parentColumns)
  return key.length > 0 && isSame
    ? `Give ${sqlName(name)} its PRIMARY KEY (${sqlNames(key)}) again, in a CREATE TABLE that names its columns`
    : null
}

type Words = Pick<WrongKey, 'why' | 'fix'>

const UNKNOWN: Words = {
  why: 'what it points at is not unique there, or only by a collation other than that of the columns',
  fix: 'Point the key at a PRIMARY KEY, or at columns with a UNIQUE index of their own collation',
}

/** For a table that is not in the schema, such as one of another history. */
const UNSEEN: Words = {
  ...UNKNOWN,
  why: 'what it points at is missing, or not unique there, or only by a collation other than that of the columns',
}

const noTable = (why: string): Words => ({
  why,
  fix: 'Point the key at a table that exists, or create this one in the same migration or before it',
})

/** Null if the key seems right. */
function explain(
  { columns, parentColumns }: CatalogForeignKey,
  parent: CatalogTable,
  unique: readonly (readonly string[])[],
): Words | null {
  const name = sqlName(parent.name)
  const fitting = unique.filter(({ length }) => length === columns.length)
  const others = fitting.map((one) => `\`${name} (${sqlNames(one)})\``).join(' or ')
  const fix = others === '' ? undefined : `Point the key at what is unique, ${others}`
  if (parentColumns.length === 0)
    return { why: `${name} has no PRIMARY KEY`, fix: fix ?? `Give ${name} a PRIMARY KEY` }
  if (parentColumns.length !== columns.length) {
    const own = `the key of ${name} is (${sqlNames(parentColumns)})`
    return { why: own, fix: fix ?? `Give the key as many columns as that of ${name}` }
  }
  const missing = parentColumns.filter((one) => !columnOf(parent, one)).map(sqlName)
  if (missing.length > 0) {
    const why = `${name} has no ${missing.length === 1 ? 'column' : 'columns'} ${listed(missing)}`
    return { why, fix: fix ?? `Point the key at columns that ${name} has and that are unique` }
  }
  if (unique.some((one) => setKey(one) === setKey(parentColumns))) return null
  const list = sqlNames(parentColumns)
  const make = `with \`CREATE UNIQUE INDEX ${sqlName([parent.name, ...parentColumns].join('_'))} ON ${name} (${list})\``
  return {
    why: `nothing keeps ${list} unique in ${name}`,
    fix: `${fix ? `${fix}; or make` : 'Make'} this unique in the same migration, ${make}`,
  }
}
