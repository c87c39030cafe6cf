// Finds triggers, views and indexes that a rebuild recreates under their names, but with a part missing, on another event or over
// other rows.
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalTokens, joinTokens } from '../../../src/sql/canonical-tokens.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type {
  CatalogIndex,
  CatalogObject,
  CatalogTrigger,
  CatalogView,
} from '../../model/catalog.js'
import type { Position } from '../../model/diagnostic.js'
import { mentions } from '../../sql/names-in.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { affinityOf } from './affinity.js'
import { isExpressed } from './completed-columns.js'
import { isOverOthers } from './partial-index.js'
import { isMadeAnew } from '../subject/trace-tables.js'
import { changePlace } from '../subject/place.js'

/** One of them before the step; `what` is a part of a sentence that says what differs now. */
export interface ReshapedObject {
  readonly object: CatalogIndex | CatalogTrigger | CatalogView
  readonly what: string
  readonly at: Position
}

/**
 * Only if a table is rebuilt, so that the object had to be recreated, and if everything else about it is unchanged: a trigger
 * with the same body for another event, or with fewer statements for the same one; a view without columns that its table still
 * has; an index that tests other values of unchanged columns. A trigger or index that is dropped by name was meant to change.
 */
export function reshapedObjects(step: ReplayedStep): ReshapedObject[] {
  const anew = step.traces.filter(
    (trace) => isSameName(trace.before.name, trace.after?.name ?? '') && isMadeAnew(trace),
  )
  if (anew.length === 0) return []
  return step.changed.flatMap((key) => {
    const [object, now] = [step.before.get(key), step.after.get(key)]
    const what = object && now && changeOf(object, now, { anew, step })
    if (!what || object.type === 'table') return []
    const name = foldCase(object.name)
    const acts = step.acts.up.filter(
      (act) => 'type' in act && act.type === object.type && act.name === name,
    )
    if (object.type !== 'view' && acts.some(({ kind }) => kind === 'drop')) return []
    // An object that no statement recreates follows a renamed table.
    const made = acts.findLast(({ kind }) => kind === 'create')
    return made ? [{ object, what, at: changePlace(made.statement, step) }] : []
  })
}

interface Anew {
  readonly anew: readonly TableTrace[]
  readonly step: ReplayedStep
}

function changeOf(before: CatalogObject, now: CatalogObject, { anew, step }: Anew) {
  if (!anew.some((trace) => mentions(before.sql, trace.before.name))) return null
  if (before.type === 'trigger' && now.type === 'trigger')
    return hadToChange([before.sql], anew) ? null : changedTrigger(before, now, { anew, step })
  if (before.type === 'index' && now.type === 'index')
    return hadToChange([before.sql], anew) ? null : changedIndex(before, now, { anew, step })
  return before.type === 'view' && now.type === 'view' ? changedView(before, now, anew) : null
}

/** Whether the texts mention a column that was added, removed or renamed. */
const hadToChange = (texts: readonly string[], anew: readonly TableTrace[]): boolean =>
  anew
    .flatMap(({ before, after, columns }) => {
      const same = columns.filter((one) => isSameName(one.before.name, one.after?.name ?? ''))
      const kept = new Set(same.map((one) => foldCase(one.before.name)))
      const all = [...before.columns, ...(after?.columns ?? [])].map(({ name }) => name)
      return all.filter((name) => !kept.has(foldCase(name)))
    })
    .some((name) => texts.some((text) => mentions(text, name)))

/** A trigger that mentions a new column is an extension, unless it no longer works where it did. */
function changedTrigger(
  before: CatalogTrigger,
  now: CatalogTrigger,
  { anew, step }: Anew,
): string | null {
  const [was, is] = [partsOf(before), partsOf(now)]
  const [event, ...asked] = was.head.split(' when ')
  if (is.head.startsWith(`${event} when `) && hasOtherValues(asked.join(), { anew, step }))
    return null
  const isLater = was.head !== is.head && !isWithin(wordsOf(was.head), wordsOf(is.head))
  if (isLater) return `it works \`${is.head}\` instead of \`${was.head}\``
  if (hadToChange([now.sql], anew)) return null
  if (was.body === is.body)
    return was.head === is.head ? null : `it works \`${is.head}\` instead of \`${was.head}\``
  const missing = was.statements.filter((one) => !is.statements.includes(one))
  const isLess = missing.length > 0 && is.statements.every((one) => was.statements.includes(one))
  return was.head === is.head && isLess
    ? `it no longer does ${missing.map((one) => `\`${one}\``).join(' and ')}`
    : null
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/)

/** Whether words occur among others in the same order. */
function isWithin(words: readonly string[], others: readonly string[]): boolean {
  let at = -1
  return words.every((word) => (at = others.indexOf(word, at + 1)) >= 0)
}

/** A unique index keeps rows out and is left to `CONSTRAINT_LOST`. */
function changedIndex(before: CatalogIndex, now: CatalogIndex, { anew, step }: Anew) {
  if (before.unique || !isOverOthers(before, now, { columns: anew.flatMap((one) => one.columns) }))
    return null
  const isMeant = hasOtherValues(before.sql, { anew, step })
  return isMeant ? null : `it covers the rows ${whereOf(now)} instead of those ${whereOf(before)}`
}

/** Whether it mentions a column whose values the copy transforms: conditions on it then change as well. */
const hasOtherValues = (sql: string, { anew, step }: Anew): boolean =>
  anew.some((trace) =>
    trace.columns.some(
      ({ before, after }) =>
        after !== null &&
        mentions(sql, before.name) &&
        (affinityOf(before.type) !== affinityOf(after.type) ||
          isExpressed(trace, { before, after }, step)),
    ),
  )

function whereOf({ sql }: CatalogIndex): string {
  const { meaning } = canonical('index', sql)
  return `\`${meaning.slice(meaning.lastIndexOf(' where ') + 1)}\``
}

function partsOf({ sql }: CatalogTrigger) {
  const { meaning } = canonical('trigger', sql)
  const start = meaning.indexOf(' begin ')
  const body = meaning.slice(start + ' begin '.length).replace(/;? end;?$/, '')
  return { head: meaning.slice(0, start), body, statements: body.split('; ') }
}

function changedView(before: CatalogView, now: CatalogView, anew: readonly TableTrace[]) {
  const [was, is] = [selectOf(before), selectOf(now)]
  if (!was || !is || was.rest !== is.rest || !is.items.every((one) => was.items.includes(one)))
    return null
  const gone = was.items.filter((one) => !is.items.includes(one))
  const isThere = (item: string): boolean =>
    anew.some(({ columns }) =>
      columns.some(({ before: column, after }) => after && namesColumn(item, column.name)),
    )
  return gone.length > 0 && gone.every(isThere) ? `it no longer has ${gone.join(', ')}` : null
}

/** `s`, `c.s`, `c.s AS t`. */
const namesColumn = (item: string, column: string): boolean =>
  plainName(item.split(' ')[0]?.split('.').at(-1) ?? '') === foldCase(column)

/** The items of a view with one SELECT, and everything after them. */
function selectOf({
  sql,
}: CatalogView): { readonly items: string[]; readonly rest: string } | null {
  const tokens = canonicalTokens(sql)
  const start = tokens.indexOf('select') + 1
  const end = tokens.indexOf('from')
  if (tokens[start - 2] !== 'as' || end < start || tokens.includes('union')) return null
  return {
    items: joinTokens(tokens.slice(start, end)).split(', '),
    rest: joinTokens(tokens.slice(end)),
  }
}
