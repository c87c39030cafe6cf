// Finds texts that an UPDATE sets in place of another text in the same column, such as a new unit: other rows may hold them already. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { valuesOf, type Comparison } from './comparisons.js'

/**
 * Only if the step also computes numbers of the table, which rows that already hold the text have in their final form; not for texts that
 * include their former value, which no real row has.
 */
export function textsSet(
  { shape, tokens, table }: Effect,
  effects: readonly Effect[],
  asked: readonly Comparison[],
): Comparison[] {
  if (shape.kind !== 'update' || !effects.some((one) => one.table === table && calculates(one)))
    return []
  return shape.columns.flatMap(({ key }) => {
    const name = plainName(key)
    const text = literalSet(tokens, name)
    const known = asked.filter(({ names }) => names.includes(name)).flatMap(({ values }) => values)
    const isNew = known.every((one) => one === '' || !String(text).includes(String(one)))
    return typeof text === 'string' && known.length > 0 && isNew
      ? [{ names: [name], values: [text] }]
      : []
  })
}

/** The literal that an UPDATE sets a column to. */
export function literalSet(tokens: readonly string[], name: string): Value | undefined {
  const at = tokens.findIndex((one, place) => plainName(one) === name && tokens[place + 1] === '=')
  const isAlone = /^(?:,|WHERE)$/.test(tokens[at + 3] ?? '')
  return isAlone ? valuesOf([tokens[at + 2] ?? ''])[0] : undefined
}

const calculates = ({ shape, tokens }: Effect): boolean =>
  shape.kind === 'update' && tokens.some((token) => /^[-+*/]$/.test(token))
