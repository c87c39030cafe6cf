// Reads integers that do not fit a JavaScript number. Clients round them, which goes unnoticed when they are written back.
import type { Ask } from '../../database/ask.js'
import type { Row, Value } from '../../database/driver.js'
import type { Work } from '../../database/outcome.js'
import { quoteIdentifier } from '../../sql/names.js'

/** The rows of a query; integers beyond the safe range are returned as BigInt. */
export function* exactRows(
  ask: Ask,
  sql: string,
  values: readonly Value[] = [],
): Work<readonly Row[]> {
  const rows = yield* ask(sql, values)
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => isVast(row[name])))
  if (names.length === 0) return rows
  const texts = yield* ask(`SELECT ${names.map(roundedText).join(', ')} FROM (${sql}) AS x`, values)
  return rows.map((row, at) => {
    const exact = { ...row }
    for (const name of names)
      if (texts[at]?.[name] != null) exact[name] = BigInt(texts[at][name] as string)
    return exact
  })
}

/** A REAL may be that large as well. */
const isVast = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value)

/** NULL for values that fit a number. */
function roundedText(name: string): string {
  const column = quoteIdentifier(name)
  const own = `x.${column}`
  return `CASE WHEN typeof(${own}) = 'integer' AND ${own} NOT BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER} THEN CAST(${own} AS TEXT) END AS ${column}`
}
