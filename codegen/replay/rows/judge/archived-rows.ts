// Rows that a step deletes after it has copied them into another table by a JOIN: those without a partner are in neither. Pure.
import type { RowsLost } from '../../../model/evidence.js'
import { plainName } from '../../../../src/sql/names.js'
import { keyText } from '../fill/seed-table.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf, shownRow, type TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { keyOf } from './match-rows.js'

/** A copy by a JOIN, and the DELETE of the same rows, by their conditions. */
export interface Archiving {
  readonly copy: Effect
  readonly removal: Effect
  /** The words of their condition, without names of tables; none where all rows are meant. */
  readonly condition: readonly string[]
}

/** Those of the statements of a step that are about one table; `name` is in lower case. */
export function archivingIn(effects: readonly Effect[], name: string): Archiving[] {
  return effects.flatMap((removal, at) => {
    if (removal.verb !== 'delete' || removal.table !== name) return []
    const condition = conditionIn(removal.tokens)
    return effects
      .slice(0, at)
      .filter((copy) => copiesByJoin(copy, name))
      .filter(({ tokens }) => conditionIn(tokens).join(' ') === condition.join(' '))
      .map((copy) => ({ copy, removal, condition }))
  })
}

function copiesByJoin({ verb, table, tokens }: Effect, name: string): boolean {
  const joins = tokens.flatMap((token, at) => (token === 'JOIN' ? [tokens[at - 1] ?? ''] : []))
  return (
    verb === 'insert' &&
    table !== name &&
    joins.length > 0 &&
    joins.every((before) => !/^(?:LEFT|RIGHT|FULL|OUTER|CROSS|NATURAL)$/.test(before)) &&
    tokens.some((token) => plainName(token) === name)
  )
}

/** The words behind WHERE, without names of tables; none where it does not say so. */
export function conditionIn(tokens: readonly string[]): string[] {
  const at = tokens.indexOf('WHERE')
  const words = at < 0 ? [] : tokens.slice(at + 1).filter((token) => token !== ';')
  return words.filter((_, place) => words[place] !== '.' && words[place + 1] !== '.')
}

/** Told by the key of the table, which the copy takes along; silent where none was copied. */
export function archivedRows(
  { side, name, before, after, rebuild }: Fate,
  imageNow: (table: string) => TableImage | null,
): RowsLost[] {
  const [own, ...others] = keyOf(before)
  if (side.direction === 'down' || rebuild || own === undefined || others.length > 0) return []
  return archivingIn(side.effects, name)
    .slice(0, 1)
    .flatMap(({ copy, removal }): RowsLost[] => {
      const archive = imageNow(copy.table)
      const column = keyCopied(copy, own)
      const keys = (image: TableImage, named: string): Set<string> =>
        new Set(image.rows.map(({ values }) => keyText([values[placeOf(image, named)] ?? null])))
      if (!archive || column === null || placeOf(archive, column) < 0) return []
      const [there, kept] = [keys(after, own), keys(archive, column)]
      const place = placeOf(before, own)
      const textOf = (row: readonly unknown[]): string => keyText([row[place] as never])
      const gone = before.rows.map(({ values }) => values).filter((row) => !there.has(textOf(row)))
      const lost = gone.filter((row) => !kept.has(textOf(row)))
      const [first] = lost
      if (!first || lost.length === gone.length) return []
      return [
        {
          kind: 'rows-lost',
          at: removal.place,
          table: before.table.name,
          before: before.count,
          after: before.count - lost.length,
          through: null,
          by: 'unjoined',
          source: archive.table.name,
          row: shownRow(before.columns, first),
        },
      ]
    })
}

/** The column of the other table that the key comes to, in lower case; null where it is none. */
function keyCopied({ shape }: Effect, key: string): string | null {
  if (shape.kind !== 'insert' || !shape.columns) return null
  const [select] = shape.selects
  const at = select?.items.findIndex(
    (item) => plainName(item.at(-1)?.key ?? '') === key && (item.length === 1 || item.length === 3),
  )
  const column = at === undefined || at < 0 ? undefined : shape.columns[at]
  return column ? plainName(column.key) : null
}
