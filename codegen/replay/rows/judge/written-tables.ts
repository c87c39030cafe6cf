// The tables that a side has written to.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { Insert } from '../../../sql/statement.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Written } from './written.js'
import { mayMakeOf } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'

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
  const isLossy = (name: string, image: TableImage): boolean =>
    effects.some(
      ({ shape, table, replaces }) =>
        table === name &&
        shape.kind === 'insert' &&
        (replaces || (shape.conflict === 'ignore' && !isAllKey(shape, image))),
    )
  const isMadeOf = (column: string): boolean => mayMakeOf(effects, column)
  return [...names].flatMap((name) => {
    const after = imageNow(name)
    return after && after.count === after.rows.length
      ? [{ before: images.get(name) ?? null, after, isLossy: isLossy(name, after), isMadeOf }]
      : []
  })
}

/** Whether what is given is a key, so that a row which is left out says what another one does. */
function isAllKey({ columns }: Insert, { table, columns: all }: TableImage): boolean {
  const given = columns?.map(({ key }) => plainName(key)) ?? all.map(({ name }) => foldCase(name))
  return table.uniques.some((key) =>
    given.every((name) => key.some((one) => isSameName(one, name))),
  )
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'create'])
