// The triggers that write to the very table that they are on. Pure.
import type { Schema } from '../../schema/schema.js'
import { isSameName, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'

/** By their keys in the schema: each names its table once more than where it says what it is on. */
export const writingTriggers = (schema: Schema, table: string): string[] =>
  [...schema].flatMap(([key, { type, table: on, sql }]) => {
    const isOn = type === 'trigger' && isSameName(on, table)
    const named = isOn
      ? Array.from(tokensOf(sql)).filter(({ text }) => isSameName(unquote(text), table))
      : []
    return named.length > 1 ? [key] : []
  })
