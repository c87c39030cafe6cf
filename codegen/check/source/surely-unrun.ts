// What a migration has prepared and does nothing with. Pure.
import type { FoundStatement, Script } from '../subject/rule.js'
import { callAt, isUnused } from './unused-result.js'

/** Whether a statement was prepared, did not run in the replay, and cannot have run: the code does nothing with it. */
export const isSurelyUnrun = (
  { prepared, text, shape }: FoundStatement,
  scripts: ReadonlyMap<string, Script>,
): boolean => {
  if (text !== '' && NOT_MEANT.has(shape.kind)) return false
  const script = prepared && scripts.get(prepared.file)
  const call = script && callAt(script, prepared, ['prepare', 'transaction'])
  return call !== undefined && isUnused(call)
}

/** Looking for columns, or for whether something can be read, takes no run. */
const NOT_MEANT: ReadonlySet<string> = new Set(['other', 'pragma'])
