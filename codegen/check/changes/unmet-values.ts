// Finds triggers, views and partial indexes that compare a column with a value that it can no longer have after a step.
import { foldCase, isSameName, unquote } from '../../../src/sql/names.js'
import type {
  CatalogIndex,
  CatalogTable,
  CatalogTrigger,
  CatalogView,
} from '../../model/catalog.js'
import type { Position } from '../../model/diagnostic.js'
import { wordsIn } from '../../sql/names-in.js'
import type { Word } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'
import { clauseAround } from '../../sql/clause-around.js'
import { changePlace } from '../subject/place.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { listFor } from './narrowed-checks.js'
import { tableIn, columnOf } from '../../model/in-catalog.js'

/** One of them, with the table's column, and the value as it is written. */
export interface UnmetValue {
  readonly object: CatalogIndex | CatalogTrigger | CatalogView
  readonly table: string
  readonly column: string
  readonly value: string
  /** The values that the CHECK now allows. */
  readonly allowed: readonly string[]
  readonly at: Position
}

/** For existing objects, if a CHECK with a list of values is new, or included the value before: then it was of use. */
export const unmetValues = (step: ReplayedStep): UnmetValue[] =>
  step.traces.flatMap((trace) => {
    const { after } = trace
    if (!after || !/\bcheck\b/i.test(after.sql)) return []
    return trace.columns.flatMap((one) => {
      const name = one.after?.name ?? ''
      const allowed = listFor(after, name)
      const was = listFor(trace.before, one.before.name)
      return allowed ? asking(step, trace, { name, allowed, was }) : []
    })
  })

interface Listed {
  readonly name: string
  readonly allowed: readonly string[]
  readonly was: readonly string[] | null
}

function asking(
  step: ReplayedStep,
  { after, statement }: TableTrace,
  column: Listed,
): UnmetValue[] {
  const { name, allowed, was } = column
  const isGone = (value: string): boolean =>
    !has(allowed, value) && (was === null || has(was, value))
  return [...step.after].flatMap(([key, object]): UnmetValue[] => {
    if (object.type === 'table' || !after || !step.before.has(key)) return []
    const words = wordsIn(object.sql)
    if (!words.has(foldCase(after.name)) || !words.has(foldCase(name))) return []
    if (isElsewhere(name, after, words, step)) return []
    const value = valuesAsked([...wordsOf(object.sql)], name).find(isGone)
    const made = step.acts.up.findLast(
      (act) =>
        act.kind === 'create' && act.type === object.type && act.name === foldCase(object.name),
    )
    const at = changePlace(made?.statement ?? statement, step)
    return value === undefined
      ? []
      : [{ object, table: after.name, column: name, value, allowed, at }]
  })
}

/** Quoted text and numbers are compared as equal: a column converts between them. */
const has = (values: readonly string[], value: string): boolean =>
  values.some((one) => unquote(one) === unquote(value))

/** Whether another table named there has a column of that name. */
const isElsewhere = (
  column: string,
  own: CatalogTable,
  words: ReadonlySet<string>,
  { after }: ReplayedStep,
): boolean =>
  [...words].some((word) => {
    const table = tableIn(after, word)
    return table && table !== own && columnOf(table, column) !== undefined
  })

/** The literals that a column is compared with individually: `a = 'x'`, `'x' = a`, `a IS 'x'`; not where it is set. */
function valuesAsked(words: readonly Word[], column: string): string[] {
  return words.flatMap(({ key, kind }, at): string[] => {
    if (kind === 'string' || !isSameName(key, column)) return []
    if (!ASKING.has(clauseAround(words, at) ?? '')) return []
    const start = words[at - 1]?.key === '.' ? at - 2 : at
    return [valueBehind(words.slice(at + 1)), valueBefore(words.slice(0, start))].flatMap((one) =>
      one && LITERAL.test(one.text) ? [one.text] : [],
    )
  })
}

const valueBehind = ([operator, value, next]: readonly Word[]): Word | undefined =>
  operator && EQUALS.test(operator.key) && !(next && GOES_ON.test(next.key)) ? value : undefined

function valueBefore(words: readonly Word[]): Word | undefined {
  const [value, operator] = words.slice(-2)
  return operator && /^==?$/.test(operator.key) ? value : undefined
}

const ASKING: ReadonlySet<string> = new Set(['where', 'having', 'when', 'from', 'select'])

const EQUALS = /^(?:==?|is)$/

/** Tokens that continue an expression, so that the literal is not the whole value. */
const GOES_ON = /^(?:\|\||[-+*/%]|collate|->>?)$/

const LITERAL = /^(?:'.*'|\d[\d.]*)$/s
