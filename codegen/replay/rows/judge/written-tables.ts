// The tables that a side has written to.
import type { ObservedSide } from '../watch/observed-run.js'
import type { TableImage } from '../watch/table-image.js'

/** A table that a side has written to, as it was (null where it is new) and as it is. */
export interface Written {
  /** Whether rows that are in the way are left alone or replaced: which would be, generated rows do not tell. */
  readonly isLossy: boolean
  readonly before: TableImage | null
  readonly after: TableImage
}

/** The tables that the statements fill or change, under the names that they have in the end. */
export function writtenBy(
  { effects, images }: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): Written[] {
  const names = new Set<string>()
  for (const { verb, table, to } of effects) {
    if (WRITES.has(verb)) names.add(table)
    if (verb === 'rename' && names.delete(table)) names.add(to)
  }
  const isLossy = (name: string): boolean =>
    effects.some(
      ({ shape, table, replaces }) =>
        table === name && shape.kind === 'insert' && (replaces || shape.conflict === 'ignore'),
    )
  return [...names].flatMap((name) => {
    const after = imageNow(name)
    return after && after.count === after.rows.length
      ? [{ before: images.get(name) ?? null, after, isLossy: isLossy(name) }]
      : []
  })
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'create'])
