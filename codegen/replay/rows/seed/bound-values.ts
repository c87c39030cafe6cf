// Rebuilds the statements that code ran, with bound values as literals in place of parameters. Pure.
import { tokensOf } from '../../../../src/sql/split-statements.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { HandedCall } from '../../sides/handed-calls.js'
import { effectOf, type Effect } from '../watch/statement-effect.js'
import type { StepSide } from '../watch/observed-run.js'

/** The most statements that are read: loops bind other values each time. */
const MOST = 100

/** The statements that code ran with bound values and a condition. */
export function boundEffects(
  { entry, direction }: Pick<StepSide, 'entry' | 'direction'>,
  calls: readonly HandedCall[],
): Effect[] {
  const bound = calls.filter(({ text, values }) => values.length > 0 && CONDITION.test(text))
  const texts = new Set(bound.slice(0, MOST).map(withValues))
  return [...texts].map((text) => effectOf(text, wholeSide(entry.version, direction)))
}

const CONDITION = /\b(?:where|when|having|on)\b/i

/** The statement with literals; the driver treats `?1` as a named parameter. A parameter without a value stays. */
function withValues({ text, values }: HandedCall): string {
  const [first] = values
  const named = isNamed(first) ? first : {}
  const listed = values.flatMap((value) => (isNamed(value) ? [] : value))
  const tokens = Array.from(tokensOf(text), (token) => token.text)
  let next = 0
  return tokens
    .map((token, at) => {
      const before = tokens[at - 1] ?? ''
      if (token === '?') return /^\d+$/.test(tokens[at + 1] ?? '') ? '' : literal(listed[next++])
      if (before === '?' && /^\d+$/.test(token)) return literal(named[token])
      if (/^[:@]$/.test(token)) return ''
      const name = /^[:@]$/.test(before) ? token : /^\$(.+)/.exec(token)?.[1]
      return name === undefined ? token : literal(named[name])
    })
    .join(' ')
}

const isNamed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

function literal(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : 'NULL'
}
