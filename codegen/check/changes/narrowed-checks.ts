// Finds CHECK constraints that earlier rows never had to satisfy.
import { canonicalTokens, joinTokens } from '../../../src/sql/canonical-tokens.js'
import type { CatalogTable } from '../../model/catalog.js'
import { checkExpression, checkExpressions } from '../../sql/check-expressions.js'
import { isImplied } from './implied-checks.js'
import { mentions } from '../../sql/names-in.js'
import { sqlName } from '../../sql/sql-name.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { tableIn } from '../../model/in-catalog.js'
import { insideOf } from '../../sql/brackets.js'

/** A new or changed check, as its expression. `was` is the one it replaces; null if it is new. */
export interface NarrowedCheck {
  readonly check: string
  /** The same with the earlier names of the columns. */
  readonly asked: string
  readonly was: string | null
}

/**
 * Checks over existing columns. One that provably accepts everything that an old one did does not count: a longer IN list, wider
 * bounds, another OR. If two checks cannot be compared the new one counts: no row ever had to satisfy it.
 */
export function narrowedChecks({ before, after, columns }: TableTrace): NarrowedCheck[] {
  if (!after || !/\bcheck\b/i.test(after.sql)) return []
  const names = namesOf(columns)
  const old = checksOf(before).map((check) => renamed(check, names))
  const kept = new Set(names.values())
  const former = new Map([...names].map(([before, now]) => [now, before]))
  const fresh = after.columns.filter(({ name }) => !kept.has(foldCase(name)))
  return checksOf(after).flatMap((check) => {
    const speaksOf = (name: string): boolean => mentions(check, name)
    const judgesOld = [...kept].some(speaksOf) && !fresh.some(({ name }) => speaksOf(name))
    if (!judgesOld || isImplied(check, old, after) || old.some((one) => letsPass(check, one)))
      return []
    const was = old.find((one) => [...kept].every((name) => mentions(one, name) === speaksOf(name)))
    return [{ check, asked: renamed(check, former), was: was ?? null }]
  })
}

/**
 * The checks of the old table that the new one does not replace; without those over removed columns, and without a list of values
 * replaced by a foreign key.
 */
export function lostChecks({ before, after, columns }: TableTrace): string[] {
  if (!after || !/\bcheck\b/i.test(before.sql)) return []
  const names = namesOf(columns)
  const gone = columns.flatMap((one) => (one.after ? [] : [one.before.name]))
  const now = checksOf(after)
  const kept = [...names.values()]
  return checksOf(before)
    .filter((check) => !gone.some((name) => mentions(check, name)))
    .map((check) => renamed(check, names))
    .filter((check) => !isListOfKeys(check, after) && !isImplied(check, now, after))
    .filter(
      (check) =>
        !now.some((one) => kept.every((name) => mentions(one, name) === mentions(check, name))),
    )
}

/** Whether a check, as named in SQLite's message, existed before the step with the same meaning. */
export function isHeldTo(named: string, table: CatalogTable, { after }: ReplayedStep): boolean {
  const was = checkCalled(named, table)
  return was !== null && was === checkCalled(named, tableIn(after, table.name) ?? table)
}

/** By its expression, or by the name of the constraint. */
function checkCalled(named: string, table: CatalogTable): string | null {
  const text = checkExpression(named)
  const checks = checksOf(table)
  if (checks.includes(text)) return text
  const tokens = canonicalTokens(table.sql)
  const at = tokens.findIndex(
    (token, place) =>
      token === 'check' &&
      tokens[place - 2] === 'constraint' &&
      isSameName(plainName(tokens[place - 1] ?? ''), named),
  )
  return at < 0 ? null : checkExpression(joinTokens(insideOf(tokens, at + 1)))
}

/** Whether a check restricts a column to a list of values. */
export const hasListFor = (table: CatalogTable, column: string): boolean =>
  checksOf(table).some((check) => lists(check, column))

/** The values that checks allow for a column, as written; null if there is no such list. */
export function listFor(table: CatalogTable, column: string): readonly string[] | null {
  const check = checksOf(table).find((one) => lists(one, column))
  return check === undefined ? null : (valuesOf(check)?.values ?? null)
}

const isListOfKeys = (check: string, { foreignKeys }: CatalogTable): boolean =>
  foreignKeys.some(({ columns: [column = '', more] }) => more === undefined && lists(check, column))

const lists = (check: string, column: string): boolean =>
  isSameName(plainName(valuesOf(check)?.subject ?? ''), column)

/** The current names of the columns, by their earlier ones; in lower case. */
const namesOf = (columns: TableTrace['columns']): Map<string, string> =>
  new Map(
    columns.flatMap((one) =>
      one.after ? [[foldCase(one.before.name), foldCase(one.after.name)] as const] : [],
    ),
  )

const checksOf = ({ sql }: CatalogTable): string[] => checkExpressions(sql)

const renamed = (check: string, names: ReadonlyMap<string, string>): string =>
  joinTokens(
    canonicalTokens(check).flatMap((token) => {
      const name = plainName(token)
      const now = names.get(name) ?? name
      return now === name || token.startsWith("'") ? token : canonicalTokens(sqlName(now))
    }),
  )

/** Whether every row that satisfies `old` satisfies `check`, as far as that can be determined. */
function letsPass(check: string, old: string): boolean {
  if (check === old) return true
  const alternatives = [`${old} or `, `(${old}) or `]
  if (alternatives.some((start) => check.startsWith(start))) return true
  return check.endsWith(` or ${old}`) || check.endsWith(` or (${old})`)
}

/** For `kind in ('a', 'b')`, the column and the values; null for anything else. */
function valuesOf(check: string): { readonly subject: string; readonly values: string[] } | null {
  const [subject = '', word, open, ...rest] = canonicalTokens(check)
  const values = rest.slice(0, -1).filter((token) => token !== ',')
  if (word !== 'in' || open !== '(' || rest.at(-1) !== ')' || values.includes(')')) return null
  return { subject, values }
}
