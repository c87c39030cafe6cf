// Tries an UPDATE whose subquery reads the column it sets from other rows: whether each row gets the value it would get before any row was
// changed.
import { orElse } from '../../../src/model/or-else.js'
import type { Fact } from '../../model/evidence.js'
import { foldCase, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import { assignedTo } from '../../sql/assigned.js'
import { identityOf } from '../catalog/row-identity.js'
import type { CatalogTable } from '../../model/catalog.js'
import { keyText, type Connection } from './fill/connection.js'
import type { Value } from './fill/seed-values.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { changeTold } from './judge/compare-values.js'
import { sameValue } from './judge/same-value.js'
import { scriptTrial } from './script-trial.js'
import type { Effect } from './watch/statement-effect.js'

interface OwnRead {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly column: string
  /** The assigned expression and the condition, as SQL. */
  readonly value: string
  readonly rest: string
}

/** Reports a row that got another value, if no earlier statement changes the table and no later one the column. */
export const tryOwnReads = scriptTrial({
  sides: 'up',
  find: ownReads,
  run({ rows, side, prepare }, reads) {
    const meant = new Map<OwnRead, ReadonlyMap<string, Value>>()
    const begin = (): void => {
      prepare()
      for (const one of reads) meant.set(one, valuesOf(rows.connection, one, one.value, one.rest))
    }
    return rows.tryOut(side, begin, ({ now }) =>
      reads.flatMap((one): Fact[] => {
        const { table, column, effect } = one
        if (!now().has(foldCase(table.name))) return []
        const there = valuesOf(rows.connection, one, quoteIdentifier(column), '')
        const told = [...(meant.get(one) ?? [])].find(
          ([key, value]) => there.has(key) && !sameValue(there.get(key) ?? null, value),
        )
        const where = { at: effect.place, table: table.name, column, lost: 'interim' } as const
        return told ? [changeTold(where, [told[1], there.get(told[0]) ?? null])] : []
      }),
    ).facts
  },
})

/** Values by row identity. Empty if the expression cannot be queried that way. */
function valuesOf(
  { all }: Connection,
  { table }: OwnRead,
  value: string,
  rest: string,
): ReadonlyMap<string, Value> {
  const identity = identityOf(table).map(
    (name) => `${quoteIdentifier(table.name)}.${quoteIdentifier(name)}`,
  )
  return orElse(() => {
    const found = all(
      `SELECT ${value}, ${identity.join(', ')} FROM ${quoteIdentifier(table.name)} ${rest}`,
    )
    return new Map(found.map(([first = null, ...key]) => [keyText(key), first]))
  }, new Map())
}

function ownReads(effects: readonly Effect[], situation: TableGraph): OwnRead[] {
  return effects.flatMap((effect, at): OwnRead[] => {
    const { shape, tokens, table: name } = effect
    const table = tableNamed(situation, name)
    if (shape.kind !== 'update' || shape.from || !table || isMoving(situation, name)) return []
    if (effects.slice(0, at).some((one) => one.table === name)) return []
    return shape.columns.flatMap(({ key }): OwnRead[] => {
      const column = plainName(key)
      const { value, rest: behind } = assignedTo(column, tokens)
      const rest = behind.filter((token) => token !== ';')
      const isOwn = takesFrom(value, name) && value.some((token) => plainName(token) === column)
      const isAsked = rest.length === 0 || rest[0] === 'WHERE' || rest[0] === ','
      const isLast = effects.slice(at + 1).every((one) => !sets(one, name, column))
      if (!isOwn || !isAsked || !isLast || value.some((token) => UNSTEADY.test(token))) return []
      const where = rest.slice(rest.indexOf('WHERE'))
      const condition = rest.includes('WHERE') ? textOf(where) : ''
      return [{ effect, table, column, value: textOf(value), rest: condition }]
    })
  })
}

/** Whether triggers may change what is set. */
const isMoving = ({ attached }: TableGraph, table: string): boolean =>
  (attached.triggers.get(table) ?? []).length > 0

/** Tokens whose value changes on each run. */
const UNSTEADY = /random|^current_|^'now'|\?|^[:@$]/i

const sets = ({ shape, table }: Effect, name: string, column: string): boolean =>
  table === name &&
  (shape.kind === 'drop-column' ||
    (shape.kind === 'update' && shape.columns.some(({ key }) => plainName(key) === column)))

/** Whether a subquery reads rows of the table. */
const takesFrom = (tokens: readonly string[], table: string): boolean =>
  tokens.some(
    (token, at) => /^(?:FROM|JOIN)$/.test(token) && plainName(tokens[at + 1] ?? '') === table,
  )

/** Operators of several characters are several tokens. */
const textOf = (tokens: readonly string[]): string =>
  tokens
    .join(' ')
    .replaceAll(/([<>=!|-]) (?=[<>=|])/g, '$1')
    .replaceAll(' . ', '.')
