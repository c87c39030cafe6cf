// Random triggers: every event, on tables and views, with statements of every kind.
import { pick } from '../../../support/random.js'
import { oneColumn } from './random-query.js'
import {
  expression,
  NAMES,
  sql,
  written,
  type Words,
  type Candidate,
  type Made,
} from './random-sql.js'
import { often, randomTable, several } from './random-table.js'

/** A trigger on a table or a view that there is. */
export function randomTrigger(state: Made): Candidate {
  const { random, tables, views } = state
  const onView = views.length > 0 && random() < 0.3
  const target = pick(random, onView ? views : tables)
  if (!target) return randomTable(state)
  const column = written(random, pick(random, target.columns))
  const event = pick(random, [sql`INSERT`, sql`DELETE`, sql`UPDATE`, sql`UPDATE OF ${column}`])
  const row = event[0] === 'DELETE' ? ['OLD', 'old'] : ['NEW', 'new']
  const operands = target.columns.map((one) => `${pick(random, row)}.${written(random, one)}`)
  const time = onView ? sql`INSTEAD OF` : pick(random, [sql`BEFORE`, sql`AFTER`, []])
  const when = (): Words => sql`WHEN ${expression(random, { operands, depth: 3 })}`
  const body = several(random, 3, () => [...statement(state, operands), ';']).flat()
  const [name, on] = [written(random, pick(random, NAMES)), written(random, target.name)]
  const head = sql`CREATE TRIGGER ${name} ${time} ${event} ON ${on}`
  const each = often(random, 0.3, () => sql`FOR EACH ROW`)
  return { words: sql`${head} ${each} ${often(random, 0.5, when)} BEGIN ${body} END` }
}

function statement(state: Made, operands: Words): Words {
  const { random } = state
  const table = pick(random, state.tables)
  const value = (): Words => expression(random, { operands, depth: 2 })
  if (!table) return sql`SELECT ${value()}`
  const column = (): string => written(random, pick(random, table.columns))
  const name = written(random, table.name)
  const into = sql`INTO ${name} ( ${column()} )`
  return pick<() => Words>(random, [
    () => sql`SELECT ${value()}`,
    () => sql`SELECT RAISE ( IGNORE )`,
    () => sql`SELECT RAISE ( ABORT , 'a;--b' )`,
    () => sql`INSERT OR IGNORE ${into} VALUES ( ${value()} ) , ( ${value()} )`,
    () => sql`INSERT ${into} VALUES ( ${value()} ) ON CONFLICT DO NOTHING`,
    () => sql`REPLACE ${into} ${oneColumn(state)}`,
    () => sql`UPDATE OR FAIL ${name} SET ${column()} = ${value()} WHERE ${column()} IS ${value()}`,
    () => sql`UPDATE ${name} SET ( ${column()} , ${column()} ) = ( ${value()} , ${value()} )`,
    () => sql`UPDATE ${name} SET ${column()} = ${value()} FROM ( ${oneColumn(state)} ) AS q`,
    () => sql`DELETE FROM ${name} WHERE ${column()} = ${value()}`,
  ])()
}
