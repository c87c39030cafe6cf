// A table has other columns, or another column order, which changes the meaning of a view or trigger.
import { isClosed } from '../subject/declared-place.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import { objectSubject } from '../subject/finding-subject.js'
import { isReported } from '../subject/apply-suppressions.js'
import { changePlace, stepPosition } from '../subject/place.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { sqlInLine } from '../../sql/one-line.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import type { CatalogTrigger } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'

/**
 * `INSERT INTO t VALUES …` in triggers, `SELECT *` anywhere, `ORDER BY 2`, unqualified names that another table also has: their
 * results are compared on the same rows. Also triggers that set a column twice after another one got its name. SQLite accepts
 * this silently as long as the number of columns fits; otherwise `OBJECT_BROKEN` reports it.
 */
export const columnOrderChanged: Rule = {
  code: 'COLUMN_ORDER_CHANGED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      const twice = takenTwice(step)
      for (const one of twice) yield ofTwice(one, step)
      for (const fact of factsIn(step, 'layout-matters'))
        if (
          !twice.some(({ object }) => step.after.get(fact.object) === object) &&
          !isMixedUp(fact, step, subject)
        )
          yield ofLayout(fact, step)
    }
  },
}

/** Whether it is reported that columns of the table have the values of others: then whatever reads them has other results. */
const isMixedUp = (
  { table }: FactOf<'layout-matters'>,
  step: ReplayedStep,
  subject: Subject,
): boolean =>
  factsIn(step, 'values-changed').some(
    (one) =>
      one.at.direction === 'up' &&
      one.from !== null &&
      isSameName(one.table, table) &&
      isReported(subject, {
        code: 'VALUES_SWAPPED',
        at: stepPosition(one.at, step.migration, subject.settings.root),
        subject: sqlName(one.table),
      }),
  )

function ofLayout(fact: FactOf<'layout-matters'>, step: ReplayedStep): Finding {
  const { table, object: key, seen } = fact
  const object = step.after.get(key)!
  const declared = step.migration.alter?.tables.find((one) => isSameName(one.table.value, table))
  const trace = step.traces.find(({ before }) => isSameName(before.name, table))
  const at = declared?.table.position ?? changePlace(trace?.statement ?? null, step)
  const about = objectSubject(`${object.type} ${object.name}`)
  const when = isClosed(step.migration, 'up')
    ? 'in a migration before this one'
    : 'before the change'
  return {
    at,
    subject: about,
    message: sentence(
      `${versionName(step, at)} changes the columns of ${table} or their order, and the ${object.type} ${object.name} depends on that: ${saidOf(object.type, seen)}.`,
    ),
    fix: `Recreate the ${object.type} ${when} so that it names the columns, each with its table; it is now \`${sqlInLine(object.sql)}\`; or, if this is intended, say why: ${ignoreComment('COLUMN_ORDER_CHANGED', step.migration, about)}.`,
  }
}

type Seen = FactOf<'layout-matters'>['seen']

function saidOf(type: string, seen: Seen): string {
  if (seen.what === 'refused') {
    const [is, was] = [seen.is, seen.was].map((count) => counted(count, EVENTS[seen.event]))
    return `from now on it makes ${is} on ${seen.table} fail instead of ${was}`
  }
  return `${differing(type, seen)}, without an error`
}

const EVENTS = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function differing(type: string, seen: Exclude<Seen, { readonly what: 'refused' }>): string {
  if (seen.what === 'order') return 'it shows the same rows in another order from now on'
  const isView = type === 'view'
  if (seen.what === 'rows') {
    const [is, was] = [seen.is, seen.was].map((count) => counted(count, 'row'))
    return isView
      ? `from now on it shows ${is} instead of ${was}`
      : `from now on it leaves ${is} in ${seen.table} instead of ${was}`
  }
  const [is, was] = [seen.is, seen.was].map(shortened)
  return isView
    ? `from now on its column ${seen.column} shows ${is} instead of ${was} in one row`
    : `from now on it leaves ${is} in ${seen.table}.${seen.column} instead of ${was}`
}

/** The longest value that is shown in full. */
const LONGEST = 40

const shortened = (value: string): string =>
  value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value

function ofTwice({ object, column }: TakenTwice, step: ReplayedStep): Finding {
  const at = step.migration.alter?.position ?? step.migration.position
  const about = objectSubject(`trigger ${object.name}`)
  const when = isClosed(step.migration, 'up') ? 'in a migration before this one' : 'before that'
  return {
    at,
    subject: about,
    message: sentence(
      `${versionName(step, at)} gives a column a name that the trigger ${object.name} already sets: from now on it sets ${column} twice, and one of the values is lost without an error.`,
    ),
    fix: `Drop the trigger ${when}, and recreate it so that it fits; it is now \`${sqlInLine(object.sql)}\`; or, if this is intended, say why: ${ignoreComment('COLUMN_ORDER_CHANGED', step.migration, about)}.`,
  }
}

/** A remaining trigger, and a column that it now sets twice because another one got its name. */
interface TakenTwice {
  readonly object: CatalogTrigger
  readonly column: string
}

/** Triggers that `up` leaves setting the same column twice: SQLite keeps one of the values. */
function takenTwice(step: ReplayedStep): TakenTwice[] {
  return step.changed.flatMap((key) => {
    const [before, object] = [step.before.get(key), step.after.get(key)]
    if (object?.type !== 'trigger' || before?.type !== 'trigger') return []
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
