// Judges values of 0 and '' that a copy takes for missing ones: by `||` or `?:` in code, by CASE WHEN or iif() in SQL. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { codeIn } from '../../../../src/plan/scripts.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import type { Ending } from './fate.js'
import { matchRows, type Pair } from './match-rows.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/**
 * For columns that a rebuilt table keeps under their names. A comparison with a value states what becomes of it; a test for truth says
 * nothing about 0. Rows that an UPDATE selects explicitly are intended.
 */
export function falsyValues(ending: Ending, written: () => readonly Written[]): ValuesChanged[] {
  const { side, before, after, heir, rebuild } = ending
  if (side.direction === 'down') return []
  const code = codeIn(side.entry, side.direction)
  if (after) {
    const skipped = code === null ? [] : skippedIn({ before, after, code, copies: heir.effects })
    if (!rebuild?.copy) return skipped
    return [...skipped, ...changesIn({ before, after, code, copies: rebuild.copies })]
  }
  return heir.fills.flatMap(({ name, effects }) => {
    const other = written().find((one) => foldCase(one.after.table.name) === name)
    return other
      ? changesIn({ before, after: other.after, code, copies: effects.filter(isFill) })
      : []
  })
}

const isFill = (effect: Effect): boolean => isFilling(effect) || effect.verb === 'insert'

interface Copied {
  readonly before: TableImage
  readonly after: TableImage
  readonly code: string | null
  readonly copies: readonly Effect[]
}

function changesIn({ before, after, code, copies }: Copied): ValuesChanged[] {
  const copy = copies.at(-1)
  const asked = before.columns.flatMap((column) => {
    const isSql = copies.some(({ tokens }) => isAsked(tokens, foldCase(column.name)))
    if (isSql) return [{ column, isFalsy: isFalsyInSql }]
    return code !== null && isAskedInCode(code, column.name)
      ? [{ column, isFalsy: isFalsyInCode }]
      : []
  })
  if (!copy || asked.length === 0) return []
  const { pairs } = matchRows(before, after)
  return asked.flatMap(({ column: { name, notNull }, isFalsy }): ValuesChanged[] => {
    const told = changeIn(pairs, [placeOf(before, name), placeOf(after, name)], isFalsy)
    // A NOT NULL column that becomes null does so on purpose.
    if (!told || (notNull && told[1] === null)) return []
    const where = { at: copy.place, table: before.table.name, column: name }
    return [changeTold({ ...where, lost: 'falsy' }, told)]
  })
}

/**
 * For a dropped column: code tested whether it has a value, and the new column computed from it is the same for 0 as for null, but not 0
 * itself.
 */
function skippedIn({ before, after, code, copies }: Copied): ValuesChanged[] {
  const gone = before.columns.filter(
    ({ name }) =>
      placeOf(after, name) < 0 &&
      code !== null &&
      (isTestedInCode(code, name) || isAskedInCode(code, name)),
  )
  const writing = copies.findLast(({ verb }) => verb === 'update' || verb === 'insert')
  if (gone.length === 0 || !writing) return []
  const { pairs } = matchRows(before, after)
  const fresh = after.columns.flatMap(({ name }, at) => (placeOf(before, name) < 0 ? [at] : []))
  return gone.flatMap(({ name }): ValuesChanged[] => {
    const place = placeOf(before, name)
    const [none, falsy, others] = [
      pairs.filter(([old]) => (old[place] ?? null) === null),
      pairs.filter(([old]) => old[place] !== null && isFalsyInCode(old[place] ?? null)),
      pairs.filter(([old]) => !isFalsyInCode(old[place] ?? '')),
    ]
    const instead = fresh.flatMap((at): Value[] => {
      const [least, results] = [[...none, ...falsy], others].map((some) =>
        some.map(([, now]) => now[at] ?? null),
      )
      const [stead = null, ...same] = least!
      const isAlike = falsy.length > 0 && same.every((one) => sameValue(one, stead))
      // For booleans, and if the result is itself 0 or '', this is intended.
      const isMeant =
        stead !== null && (none.length === 0 || isFalsyInCode(stead) || new Set(results).size < 2)
      return isAlike && !isMeant && !results!.every((one) => sameValue(one, stead)) ? [stead] : []
    })
    const where = { at: writing.place, table: before.table.name, column: name }
    const value = falsy[0]?.[0][place] ?? null
    return instead.length > 0 ? [changeTold({ ...where, lost: 'falsy' }, [value, instead[0]!])] : []
  })
}

type IsFalsy = (value: Value) => boolean

/** The first lost value, if all other values are unchanged; null if any other value has changed, too. */
function changeIn(
  pairs: readonly Pair[],
  [place, now]: readonly [number, number],
  isFalsy: IsFalsy,
): readonly [Value, Value] | null {
  if (place < 0 || now < 0) return null
  const values = pairs.map(([was, is]) => [was[place] ?? null, is[now] ?? null] as const)
  const changed = values.filter(([was, is]) => was !== null && !sameValue(was, is))
  const isOnly = changed.every(([was]) => isFalsy(was))
  const isKept =
    values.every(([was]) => isFalsy(was)) ||
    values.some(([was, is]) => was !== null && sameValue(was, is))
  return isOnly && isKept ? (changed.find(([was]) => was !== '') ?? changed[0] ?? null) : null
}

const isFalsyInCode: IsFalsy = (value) =>
  value === '' || (typeof value !== 'string' && Number(value) === 0)

/** SQLite treats a text as true if it starts with a number other than 0. */
const isFalsyInSql: IsFalsy = (value) =>
  typeof value === 'string' ? !Number.parseFloat(value) : isFalsyInCode(value)

/** `row.count || 1`, `row['count'] ? … : …`, `Number(count) || 1`. */
function isAskedInCode(code: string, name: string): boolean {
  const word = name.replaceAll(/[^\w$]/g, String.raw`\$&`)
  const behind = String.raw`(?:['"]\])?[!]?\)*\s*(?:\|\||\?(?![?.]))`
  return new RegExp(String.raw`(?<![\w$])${word}${behind}`, 'i').test(code)
}

/** `if (!row.count)`, `if (count)`, `row['count'] && …`. */
function isTestedInCode(code: string, name: string): boolean {
  const word = name.replaceAll(/[^\w$]/g, String.raw`\$&`)
  const access = String.raw`(?:[\w$]+(?:\.|\[['"]))?${word}(?:['"]\])?`
  const negated = String.raw`!\s*${access}\s*(?:\)|&&|\|\||\?(?![?.]))`
  const alone = String.raw`(?:if\s*\(|&&|\|\|)\s*${access}\s*(?:\)|&&)`
  const asked = String.raw`(?<![\w$])${word}(?:['"]\])?\s*(?:&&|\?(?![?.]))`
  return new RegExp([negated, alone, asked].join('|'), 'i').test(code)
}

/** `CASE WHEN count THEN count ELSE 1 END`, `iif(count, count, 1)`. */
const isAsked = (tokens: readonly string[], name: string): boolean =>
  tokens.some((token, at) => {
    const isCase = token === 'WHEN' && tokens[at - 1] === 'CASE'
    const isIif = token === '(' && foldCase(tokens[at - 1] ?? '') === 'iif'
    if (!isCase && !isIif) return false
    const first = columnAt(tokens, at + 1)
    const second = columnAt(tokens, first.end + 1)
    const [then, or] = isCase ? ['THEN', 'ELSE'] : [',', ',']
    const isBoth = [first, second].every((one) => isSameName(one.name, name))
    return isBoth && tokens[first.end] === then && tokens[second.end] === or
  })

/** A column name, and the index of the token after it. */
function columnAt(
  tokens: readonly string[],
  at: number,
): { readonly name: string; readonly end: number } {
  const end = tokens[at + 1] === '.' ? at + 3 : at + 1
  return { name: plainName(tokens[end - 1] ?? ''), end }
}
