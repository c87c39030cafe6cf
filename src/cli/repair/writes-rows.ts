// Whether a migration writes rows, of which a schema tells nothing. Pure.
import type { RegistryEntry } from '../../model/registry.js'
import { sideOf } from '../../plan/scripts.js'
import { splitStatements } from '../../sql/split-statements.js'

/** What a step was seen to run; null for something that could not be seen. */
export type SeenTexts = readonly (string | null)[]

/** By its statements; of code, by those that ran where it was replayed, and by its text, since empty tables hide some. */
export function writesRows(entry: RegistryEntry<never>, seen: SeenTexts = []): boolean {
  const side = sideOf(entry, 'up')
  if (!side) return false
  if ('scripts' in side) return side.scripts.some(writes)
  return seen.some((text) => text === null || writes(text)) || WRITING_CODE.test(String(side.code))
}

const writes = (text: string): boolean =>
  splitStatements(text).some(({ text: statement }) => WRITING.test(statement))

/** What `WITH` begins may only read, which in a migration is of no use. */
const WRITING =
  /^(?:insert|replace|update|delete|with|create\s+(?:table|temp\w*\s+table)\s[^(]*\sas)\b/i

/** `ON DELETE` and `ON UPDATE` are clauses of keys. */
const WRITING_CODE = /\b(?:insert|replace\s+into|(?<!\bon\s+)(?:update|delete)|rebuild|batches)\b/i
