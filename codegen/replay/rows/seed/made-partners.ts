// Finds statements that look for rows which the same step has made of a table, by columns in which rows of that table may agree. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isFilling, isQuery, nameBehind, type Effect } from '../watch/statement-effect.js'
import { namesCompared } from './comparisons.js'
import { equalled } from './namesakes.js'
import { namesBefore } from './names-behind.js'

/** A statement that links rows to such rows. */
export interface MadePartners {
  readonly effect: Effect
  /** The table that the rows were made of, as it is called before the step. */
  readonly of: CatalogTable
  /** The columns by which it looks, in lower case: those of the made rows as well. */
  readonly by: readonly string[]
  /** The columns that conditions name, in lower case. */
  readonly asked: readonly string[]
  /** The table of the made rows after the step, and those that get the links; in lower case. */
  readonly made: string
  readonly into: readonly string[]
}

/** Code may link in any of its statements what it has looked up. */
export const madePartnersIn = (
  effects: readonly Effect[],
  situation: TableGraph,
): MadePartners[] => {
  const writing = effects.filter((one) => isFilling(one) || one.verb === 'update')
  return effects.flatMap((effect, at) => {
    const by = writing.includes(effect) || isQuery(effect) ? equalled(effect) : []
    const names = by.length > 0 ? namesOf(effect) : []
    const linking = isQuery(effect) ? writing.filter(isCode) : [effect]
    return effects.flatMap((copy, place): MadePartners[] => {
      const { table } = copy
      const isBefore = place < at || (isCode(copy) && isCode(effect))
      const others = linking.filter((one) => one.table !== table)
      if (!isFilling(copy) || !isBefore || !names.includes(table) || others.length === 0) return []
      const asked = [effect, copy].flatMap(({ tokens }) => namesCompared(tokens))
      const made = nameBehind(effects.slice(place), table)
      const into = new Set(others.map((one) => nameBehind(effects.slice(at), one.table)))
      return sourcesOf(copy, effects, place, situation)
        .filter(({ name }) => foldCase(name) !== made)
        .map((of) => ({ effect, of, by, asked, made, into: [...into] }))
    })
  })
}

/** The tables that a copy reads; if code inserts values, those that it has read. */
function sourcesOf(
  copy: Effect,
  effects: readonly Effect[],
  place: number,
  situation: TableGraph,
): CatalogTable[] {
  const read = copy.tokens.includes('SELECT') ? [copy] : isCode(copy) ? effects.filter(isQuery) : []
  const names = read
    .flatMap(namesOf)
    .map((name) => namesBefore(effects.slice(0, place), [name, ''])[0])
  return [...new Set(names)].flatMap((name) => tableNamed(situation, name) ?? [])
}

const namesOf = ({ tokens }: Effect): string[] =>
  tokens.flatMap((token) => [...namesIn(token)].map(plainName))

const isCode = ({ place }: Effect): boolean => place.script === null
