// Triggers that set a column twice, as another one has got its name.
import type { CatalogTrigger } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import { plainName } from '../../../src/sql/names.js'
import type { ReplayedStep } from '../subject/rule.js'

/** A trigger that stays, and a column that it gives two values from now on, as another one has got its name. */
export interface TakenTwice {
  readonly object: CatalogTrigger
  readonly column: string
}

/** Triggers that `up` of a step leaves with a column that stands twice in what they set: SQLite keeps one of the values. */
export function takenTwice(step: ReplayedStep): TakenTwice[] {
  return [...step.after].flatMap(([key, object]) => {
    const before = step.before.get(key)
    if (object.type !== 'trigger' || before?.type !== 'trigger') return []
    if (before.sql === object.sql || twiceIn(before.sql) !== undefined) return []
    const column = twiceIn(object.sql)
    return column === undefined ? [] : [{ object, column }]
  })
}

function twiceIn(sql: string): string | undefined {
  const statement = readStatement(sql)
  const body = statement.kind === 'create-trigger' ? statement.body : []
  for (const one of body) {
    const names = one.kind === 'insert' || one.kind === 'update' ? (one.columns ?? []) : []
    const keys = names.map(({ key }) => plainName(key))
    const twice = keys.findIndex((key, at) => keys.indexOf(key) < at)
    if (twice >= 0) return names[twice]!.text
  }
  return undefined
}
