// An index, a trigger or a view is lost, and nothing in the migration says so.
import { objectSubject } from '../subject/finding-subject.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import { lostObjects } from '../changes/lost-objects.js'
import { versionId } from '../../../src/model/version.js'
import { reshapedObjects, type ReshapedObject } from '../changes/reshaped-objects.js'
import type { ColumnTrace, Finding, ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { tracesUnderOtherNames } from '../subject/trace-tables.js'
import { unmetValues, type UnmetValue } from '../changes/unmet-values.js'
import { listed } from '../../diagnostics/listed.js'
import { sqlInLine } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import type { LostObject } from '../changes/lost-objects.js'
import type { CatalogIndex, CatalogObject } from '../../model/catalog.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../src/sql/names.js'
import { isCalculated, itemsFor } from '../../sql/read-select.js'
import { tokensOf } from '../../../src/sql/split-statements.js'

/**
 * Compares the schemas before and after `up`. A hint if a later version recreates it, and for a trigger or view that is recreated
 * with a part missing. Also one that compares a column with a value that its CHECK no longer allows, which has become useless. A
 * `down` that loses something is `DOWN_NOT_INVERSE`. An index that disappears with its columns is reported with them, as
 * `COLUMN_DROPPED`.
 */
export const objectLost: Rule = {
  code: 'OBJECT_LOST',
  severity: 'warning',
  stage: 'replay',
  *check(subject) {
    const steps = subject.replay?.steps ?? []
    for (const step of steps) {
      for (const lost of lostObjects(step)) yield judge(lost, step, steps)
      for (const reshaped of reshapedObjects(step)) yield judgeShape(reshaped, step)
      for (const unmet of unmetValues(step)) yield judgeUnmet(unmet, step)
    }
  },
}

function judge(
  { key, object, at }: LostObject,
  step: ReplayedStep,
  steps: readonly ReplayedStep[],
): Finding {
  const { type, name } = object
  const on = object.type === 'view' ? '' : ` on ${object.table}`
  const subject = objectSubject(`${type} ${name}`)
  const later = steps.find(
    (one) => one.version > step.version && isSameObject(object, one.after.get(key)),
  )
  const until = later ? ` Version ${versionId(later.version)} recreates it.` : ''
  return {
    at,
    subject,
    ...(later && { severity: 'info' }),
    message: `After ${versionName(step, at)} the ${type} ${name}${on} is gone, and no statement drops it: ${lossOf(object, step)}.${until}`,
    fix: `Recreate it at the end of \`up\`${insteadOf(object, step)}${howOf(object, step)}. If it is meant to go, write \`DROP ${foldUpper(type)} ${sqlName(name)}\`, or say why: ${ignoreComment('OBJECT_LOST', step.migration, subject)}.`,
  }
}

function judgeShape({ object, what, at }: ReshapedObject, step: ReplayedStep): Finding {
  const { type, name, sql } = object
  const subject = objectSubject(`${type} ${name}`)
  return {
    at,
    subject,
    severity: 'info',
    message: `${sentence(versionName(step, at))} recreates the ${type} ${name} with its table, but differently: ${what}.`,
    fix: `If it was only meant to be there again, recreate it as it was: \`${sqlInLine(sql)}\`. If the change is intended, say why: ${ignoreComment('OBJECT_LOST', step.migration, subject)}.`,
  }
}

/** What an index covered that its table now has in other columns, as a copy has computed them. */
function insteadOf(object: LostObject['object'], step: ReplayedStep): string {
  const own = object.type === 'index' ? object.columns : []
  const columns = traceOf(object, step)?.columns ?? []
  const gone = columns.flatMap(({ before: { name }, after }) =>
    !after && own.some((one) => one !== null && isSameName(one, name)) ? [sqlName(name)] : [],
  )
  return gone.length === 0 ? '' : `, with the columns that now stand for ${listed(gone)}`
}

const traceOf = (object: LostObject['object'], step: ReplayedStep) =>
  object.type === 'view'
    ? undefined
    : [...tracesUnderOtherNames(step), ...step.traces].find((trace) =>
        isSameName(trace.before.name, object.table),
      )

/**
 * Names its table and the columns as they are called after the step. Of a trigger, those in NEW, OLD and what fires it: its body
 * may name columns of other tables.
 */
function withNewNames(object: LostObject['object'], step: ReplayedStep): string {
  const found = traceOf(object, step)
  if (object.type === 'view' || !found) return object.sql
  const tokens = [...tokensOf(object.sql)]
  const words = tokens.map(({ text }) => plainName(text))
  const isColumn = object.type === 'index' ? inIndex(words) : inTrigger(words)
  const first = object.type === 'index' ? words.indexOf('(') : words.length
  const nameOf = (at: number): CatalogName | undefined =>
    isColumn(at)
      ? found.columns.find(({ before }) => isSameName(before.name, words[at] ?? ''))
      : at > 2 && at < first && isSameName(found.before.name, words[at] ?? '')
        ? found
        : undefined
  return tokens.reduceRight((sql, { text, start }, at) => {
    const named = text.startsWith("'") ? undefined : nameOf(at)
    const name = named?.after?.name
    return !name || isSameName(name, named.before.name)
      ? sql
      : `${sql.slice(0, start)}${sqlName(name)}${sql.slice(start + text.length)}`
  }, object.sql)
}

/** A table or a column before and after the step. */
type CatalogName = Pick<ColumnTrace | TableTrace, 'before' | 'after'>

/** Whether the word of this number may be a column of the index's table. */
const inIndex = (words: readonly string[]) => (at: number) => at > words.indexOf('(')

function inTrigger(words: readonly string[]) {
  const of = words.indexOf('of')
  const on = words.indexOf('on', of)
  return (at: number): boolean =>
    (of >= 0 && at > of && at < on) ||
    (words[at - 1] === '.' && /^(?:new|old)$/.test(words[at - 2] ?? ''))
}

function judgeUnmet(unmet: UnmetValue, step: ReplayedStep): Finding {
  const { object, table, column, value, allowed, at } = unmet
  const { type, name, sql } = object
  const subject = objectSubject(`${type} ${name}`)
  return {
    at,
    subject,
    message: `After ${versionName(step, at)} the ${type} ${name} tests for \`${sqlName(column)} = ${value}\`, which is no longer true of any row: the CHECK of ${table} allows only ${listed(allowed)} in ${sqlName(column)}.`,
    fix: `Recreate the ${type} so that it tests for the value that now stands for ${value}; it is now \`${sqlInLine(sql)}\`. If it is meant to have nothing to do, say why: ${ignoreComment('OBJECT_LOST', step.migration, subject)}.`,
  }
}

const isSameObject = (one: LostObject['object'], other: CatalogObject | undefined): boolean =>
  other !== undefined &&
  other.type !== 'table' &&
  (one.type === 'view' || (other.type !== 'view' && isSameName(one.table, other.table)))

/** A key over computed columns may say something else of the new rows. */
function howOf(object: LostObject['object'], step: ReplayedStep): string {
  const made = object.type === 'index' && object.unique ? computedIn(object, step) : []
  return made.length > 0
    ? `, over the columns that tell its rows apart now: ${listed(made)} ${made.length > 1 ? 'are' : 'is'} computed, and may be the same in several`
    : `: \`${sqlInLine(withNewNames(object, step))}\``
}

/** The columns of an index that an INSERT into the table in place of its own computes. */
function computedIn(index: CatalogIndex, step: ReplayedStep): string[] {
  const into = traceOf(index, step)?.after?.name
  const items = step.statements.flatMap(({ direction, shape }) =>
    direction === 'up' &&
    shape.kind === 'insert' &&
    isSameName(plainName(shape.table.key), into ?? '')
      ? [(name: string) => itemsFor(name, shape)]
      : [],
  )
  return index.columns.flatMap((name) =>
    name !== null && items.some((of) => of(name).some(isCalculated)) ? [name] : [],
  )
}

function lossOf(object: LostObject['object'], { before }: ReplayedStep): string {
  const isOnView = object.type === 'trigger' && before.has(`view ${foldCase(object.table)}`)
  return isOnView
    ? 'a trigger is dropped with its view when the view is recreated, and writing to the view fails from then on'
    : LOSS[object.type === 'index' && object.unique ? 'unique' : object.type]
}

const LOSS = {
  unique:
    'an index is dropped with the old table when a table is rebuilt, and rows that this one kept out can get in from now on',
  index:
    'an index is dropped with the old table when a table is rebuilt, and queries that used it may become slow',
  trigger:
    'a trigger is dropped with the old table when a table is rebuilt, and what it did is no longer done',
  view: 'whatever reads it fails from then on',
}
