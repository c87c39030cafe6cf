// Builds schemas from the rows of `sqlite_master`, each from the previous one as far as possible. Never writes.
import { perform } from '../../../src/database/outcome.js'
import { virtualModule } from '../../../src/schema/canonical.js'
import type { Exclusions } from '../../../src/schema/not-ours.js'
import { objectKey, schemaOf, type KnownObjects } from '../../../src/schema/read-schema.js'
import type { Schema, SchemaObject, SchemaSource, WrittenRow } from '../../../src/schema/schema.js'

/**
 * A schema, and the previous one if it has the same objects in the same places, some of them changed, perhaps with others added at the end.
 */
export interface GrownSchema {
  readonly schema: Schema
  readonly from: Schema | null
  /** What was changed or added; everything if there is no `from`. */
  readonly fresh: readonly string[]
}

/** Starts without rows. Unchanged rows of the next schema must be the same objects as before. */
export function schemaReader(
  source: SchemaSource,
  exclusions: Exclusions,
  known: KnownObjects,
): (rows: readonly WrittenRow[]) => GrownSchema {
  const seen = seenRows(source, exclusions, known)
  let before: readonly WrittenRow[] = []
  let last: Schema = new Map()
  return (rows) => {
    const places = differingPlaces(before, rows)
    const differing = places.map((at) => rows[at] as WrittenRow)
    const follows =
      seen.look(rows, differing) &&
      rows.length >= before.length &&
      places.every((at) => staysInPlace(seen, before[at], rows[at]))
    const from = follows ? last : null
    const schema = new Map<string, SchemaObject>(from)
    const fresh: string[] = []
    for (const row of follows ? differing : rows) {
      const { key, object } = seen.get(row)
      if (!object) continue
      schema.set(key, object)
      fresh.push(key)
    }
    before = rows
    last = schema
    return { schema, from, fresh }
  }
}

/** Where rows differ from those before, including places after them. */
function differingPlaces(before: readonly WrittenRow[], rows: readonly WrittenRow[]): number[] {
  const places: number[] = []
  for (let at = 0; at < rows.length; at++) if (rows[at] !== before[at]) places.push(at)
  return places
}

/** Whether a row comes after all previous ones, or is the same object with different SQL. */
function staysInPlace(
  seen: SeenRows,
  before: WrittenRow | undefined,
  row: WrittenRow | undefined,
): boolean {
  if (!before || !row) return true
  const [one, other] = [seen.get(before), seen.get(row)]
  return one.key === other.key && one.object !== null && other.object !== null
}

/** A known row, with the key of its object; the object is null if it is excluded. */
interface SeenRow {
  readonly key: string
  readonly object: SchemaObject | null
}

interface SeenRows {
  /** Reads the rows not seen before; returns whether what was known about the others still holds. */
  look(rows: readonly WrittenRow[], differing: readonly WrittenRow[]): boolean
  get(row: WrittenRow): SeenRow
}

/** Rows are read once, unless virtual tables are added or removed, which decides what belongs to them. */
function seenRows(source: SchemaSource, exclusions: Exclusions, known: KnownObjects): SeenRows {
  let seen = new Map<WrittenRow, SeenRow>()
  let virtual: readonly WrittenRow[] = []
  return {
    look(rows, differing) {
      const now = (virtual.length === 0 ? differing : rows).filter(isVirtual)
      const same = now.length === virtual.length && now.every((row, at) => row === virtual[at])
      virtual = now
      if (!same) seen = new Map()
      const fresh = same ? differing.filter((row) => !seen.has(row)) : rows
      const asked = same ? [...fresh, ...virtual] : rows
      const part = perform('sync', schemaOf(source, asked, { exclusions, known }))
      for (const row of fresh) {
        const key = objectKey(row.type, row.name)
        seen.set(row, { key, object: part.get(key) ?? null })
      }
      return same
    },
    get: (row) => seen.get(row) as SeenRow,
  }
}

const isVirtual = ({ sql }: WrittenRow): boolean => virtualModule(sql) !== undefined
