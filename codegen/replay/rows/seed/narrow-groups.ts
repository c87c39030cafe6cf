// DELETEs that leave one row of each group, where the UNIQUE index behind them tells rows apart by more columns than the groups.
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Effect } from '../watch/statement-effect.js'
import { uniqueMade } from '../watch/unique-made.js'
import { addRows } from './rows-for-literals.js'
import type { SeederState } from './seeder-state.js'

/** By which columns a statement takes rows for one, and which others of the key it does not look at; in lower case. */
export interface NarrowGroup {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly by: readonly string[]
  readonly others: readonly string[]
}

/** None where rows are to be unique by the columns of the groups as well. */
export function narrowGroupsIn(effects: readonly Effect[], situation: TableGraph): NarrowGroup[] {
  return effects.flatMap((effect): NarrowGroup[] => {
    const table = effect.verb === 'delete' ? tableNamed(situation, effect.table) : undefined
    if (!table || effect.tokens.filter((one) => plainName(one) === effect.table).length < 2)
      return []
    const known = table.columns
      .filter((one) => one.primaryKey === 0)
      .map((one) => foldCase(one.name))
    const compared = comparedIn(effect.tokens)
    const by = known.filter((name) => compared?.includes(name))
    const keys = [
      ...uniqueMade(effects, effect.table),
      ...table.uniques.map((one) => one.map(foldCase)),
    ]
    const isWhole = keys.some((key) => key.every((name) => by.includes(name)))
    const key = keys.find((one) => by.every((name) => one.includes(name)))
    return by.length > 0 && !isWhole && key
      ? [{ effect, table, by, others: key.filter((name) => !by.includes(name)) }]
      : []
  })
}

/** The columns behind GROUP BY, PARTITION BY and USING, and those that stand on both sides of `=`; null where there are expressions. */
function comparedIn(tokens: readonly string[]): string[] | null {
  const lists = tokens.flatMap((token, at) => {
    const isList = tokens[at + 1] === 'BY' && (token === 'GROUP' || token === 'PARTITION')
    return isList
      ? [listFrom(tokens.slice(at + 2))]
      : token === 'USING'
        ? [listFrom(tokens.slice(at + 2))]
        : []
  })
  const equal = tokens.flatMap((token, at) => {
    const right = tokens[at + 2] === '.' ? tokens[at + 3] : tokens[at + 1]
    const [one, other] = [tokens[at - 1], right].map((side) => plainName(side ?? ''))
    return (token === '=' || token === 'IS') && one === other && one ? [one] : []
  })
  return lists.some((list) => list === null)
    ? null
    : [...lists.flatMap((list) => list ?? []), ...equal]
}

/** Names with or without their tables, up to what ends the list. */
function listFrom(tokens: readonly string[]): string[] | null {
  const end = tokens.findIndex((token) => ENDS.has(token))
  const own = end < 0 ? tokens : tokens.slice(0, end)
  const names = own.filter((token, at) => token !== ',' && token !== '.' && own[at + 1] !== '.')
  return own.includes('(') || names.some((name) => name === 'COLLATE') ? null : names.map(plainName)
}

const ENDS: ReadonlySet<string> = new Set([')', 'HAVING', 'ORDER', 'LIMIT', 'WINDOW', 'ROWS', ';'])

/** Adds a row that has what one has in the columns of the group, and what another one has in the others; answers for which there is one. */
export const addApart = (
  state: SeederState,
  situation: TableGraph,
  all: readonly NarrowGroup[],
): NarrowGroup[] =>
  all.filter(({ table, by, others }) => {
    const names = [...by, ...others].map(quoteIdentifier)
    const known = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
    const found = state.connection.all(
      `SELECT ${names.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${known}`,
    )
    const [first] = found
    const other = found.find((row) =>
      row.slice(by.length).some((one, at) => one !== first?.[by.length + at]),
    )
    if (!first || !other || state.examples.has(foldCase(table.name))) return false
    const example = Object.fromEntries([
      ...by.map((name, at) => [name, first[at] ?? null]),
      ...others.map((name, at) => [name, other[by.length + at] ?? null]),
    ])
    addRows(state, situation, { table, examples: [example], sort: 'sibling' })
    return true
  })
