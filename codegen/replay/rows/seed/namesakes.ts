// Adds rows that agree in the columns by which a step looks rows up, and in nothing else: a lookup by columns that are not unique takes any
// of them.
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { depthsIn } from '../../../sql/brackets.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { groupsRows, isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { conditionsOf } from './comparisons.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** The columns of a table, in lower case, by which a statement finds related rows. */
export interface Namesake {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly columns: readonly string[]
}

/**
 * Only for tables that are rebuilt or lose a column. Empty if a statement says how to handle several rows, by `max`, DISTINCT or OR IGNORE:
 * its author knows that they agree, or which one is meant.
 */
export function namesakesIn(effects: readonly Effect[], situation: TableGraph): Namesake[] {
  if (effects.some(choosesAmong)) return []
  const removed = effects.filter(
    ({ verb, shape }) => REMOVES.has(verb) || shape.kind === 'drop-column',
  )
  const names = new Set(removed.map(({ table }) => table))
  const tables = [...names].flatMap((name) => tableNamed(situation, name) ?? [])
  return effects.flatMap((effect) => {
    const isLooking = isFilling(effect) || isQuery(effect) || effect.verb === 'update'
    const all = isLooking && !ordersWithin(effect) ? equalled(effect) : []
    return tables.flatMap((table) => {
      const own = table.columns
        .map(({ name }) => foldCase(name))
        .filter((name) => all.includes(name))
      const sets = own.length > 1 ? [...own.map((one) => [one]), own] : [own]
      return sets.flatMap((columns) => (columns.length > 0 ? [{ effect, table, columns }] : []))
    })
  })
}

const REMOVES: ReadonlySet<Effect['verb']> = new Set(['drop', 'rename', 'delete'])

const choosesAmong = (effect: Effect): boolean =>
  effect.replaces ||
  (effect.shape.kind === 'insert' && effect.shape.conflict === 'ignore') ||
  groupsRows(effect) ||
  effect.tokens.some((token) => CHOOSES.has(token))

const CHOOSES = new Set(['OVER', 'UNION', 'CONFLICT'])

/** Whether a subquery says which row comes first. */
const ordersWithin = ({ tokens }: Effect): boolean => {
  const depths = depthsIn(tokens)
  return tokens.some((token, at) => depths[at]! > 0 && (token === 'ORDER' || token === 'LIMIT'))
}

/** The names on both sides of `=` or IS in conditions, the column compared with a value that code binds, and those of USING. */
export function equalled({ tokens, place }: Effect): string[] {
  const using = tokens.flatMap((token, at) =>
    token === 'USING' ? tokens.slice(at + 2, tokens.indexOf(')', at)).map(plainName) : [],
  )
  const compared = conditionsOf(tokens).flatMap((part) => {
    const at = part.findIndex((token) => token === '=' || token === 'IS')
    const right = part[at + 2] === '.' ? part[at + 3] : part[at + 1]
    const [one, other] = [part[at - 1], right]
    if (at < 1 || !isName(one)) return []
    if (place.script === null && /^[?:@$]/.test(other ?? '')) return [plainName(one ?? '')]
    return isName(other) ? [one, other].map((name) => plainName(name ?? '')) : []
  })
  return [...using, ...compared]
}

const isName = (token = ''): boolean => /^(?!NOT$|NULL$)[A-Z_"`[\x80-\uffff]/.test(token)

/** Adds to each table a row that agrees with another in these columns; returns the namesakes that exist. */
export const addNamesakes = (
  state: SeederState,
  situation: TableGraph,
  all: readonly Namesake[],
): Namesake[] =>
  all.filter(({ table, columns }) => {
    const { uniqueKeys } = tablePlan(table, situation, state)
    if (uniqueKeys.some((key) => key.every((name) => columns.includes(name)))) return false
    const names = columns.map(quoteIdentifier)
    const known = names.map((name) => `length(${name}) > 1`).join(' AND ')
    const [row] = state.connection.all(
      `SELECT ${names.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${known} LIMIT 1`,
    )
    if (!row) return false
    const example = Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]))
    addRows(state, situation, { table, examples: [example], sort: 'sibling' })
    return true
  })
