// Unfolds JSON documents into rows: each object in a document becomes a row, together with the other columns of its row. Pure.
import type { CatalogColumn } from '../../../model/catalog.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import type { TableImage } from '../watch/table-image.js'
import type { Written } from './written.js'

/** The content of documents in these tables, as tables of the same names. */
export const foldedIn = (written: readonly Written[]): Written[] =>
  written.flatMap((one) =>
    one.after.columns.flatMap((_, place): Written[] => {
      const after = unfolded(one.after, one.fresh, place)
      return after ? [{ ...one, before: null, after, fresh: after.rows }] : []
    }),
  )

type Fields = ReadonlyMap<string, Value>

/** The objects in a column as a table; null if there are none. */
function unfolded(image: TableImage, rows: TableImage['rows'], place: number): TableImage | null {
  const found = rows.flatMap(({ values }) =>
    objectsIn(values[place] ?? null).map((fields) => ({ fields, values })),
  )
  if (found.length === 0) return null
  const names = [...new Set(found.flatMap(({ fields }) => [...fields.keys()]))]
  const columns = [...names.map(columnNamed), ...image.columns]
  const all = found.map(({ fields, values }, at) => ({
    identity: [at],
    values: [...names.map((name) => fields.get(name) ?? null), ...values] as RawRow,
    derived: [],
  }))
  return { ...image, columns, rows: all, count: all.length }
}

const columnNamed = (name: string): CatalogColumn => ({
  name,
  type: '',
  notNull: false,
  default: null,
  generated: null,
  hidden: false,
  primaryKey: 0,
})

/** The objects in a document, at any depth, plus the entries of objects and elements of lists as key and value. */
function objectsIn(text: Value): Fields[] {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return []
  const found: Fields[] = []
  const visit = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    const entries = Object.entries(one).map(([key, value]) => [key, valueOf(value)] as const)
    if (!Array.isArray(one)) found.push(new Map(entries))
    for (const [key, value] of entries)
      found.push(
        new Map([
          [KEY, key],
          [VALUE, value],
        ]),
      )
    for (const value of Object.values(one)) visit(value)
  }
  visit(parsed(text))
  return found
}

/** Names that no key of a document has. */
const KEY = '\nkey'
const VALUE = '\nvalue'

const valueOf = (value: unknown): Value =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'string' || typeof value === 'number'
      ? value
      : null

/** Integers that JavaScript would round become texts. */
function parsed(text: string): unknown {
  const exact = text.replace(/([[:,]\s*)(-?\d{16,})(?=\s*[\],}])/g, '$1"$2"')
  for (const one of [exact, text])
    try {
      return JSON.parse(one) as unknown
    } catch {
      // A text may just look like a document, or contain such digits.
    }
  return null
}
