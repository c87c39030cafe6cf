// Finds triggers that write to their own table. Pure.
import type { Schema } from '../../schema/schema.js'
import { isSameName, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'

/** By their schema keys: each names its table once more than its ON clause needs. */
export const writingTriggers = (schema: Schema, table: string): string[] =>
  [...schema].flatMap(([key, { type, table: on, sql }]) => {
    const isOn = type === 'trigger' && isSameName(on, table)
    const named = isOn
      ? Array.from(tokensOf(sql)).filter(({ text }) => isSameName(unquote(text), table))
      : []
    return named.length > 1 ? [key] : []
  })
