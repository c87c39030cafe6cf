// Decides whether a step outside a transaction must not begin because it would run into objects that it creates. Inside a
// transaction nothing is harmed by trying.
import { join } from 'node:path'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { RegistryEntry } from '../../model/registry.js'
import type { Problem } from '../../model/report.js'
import { sideOf } from '../../plan/scripts.js'
import { codeLooksFirst } from '../../run/compare-schema.js'
import { foldCase } from '../../sql/names.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'

/** The `LEDGER_BEHIND` with which a step is refused; null if it may begin. Files of migrations are below `root`. */
export function refusalOf<H>(
  entry: RegistryEntry<H>,
  behind: readonly Problem[],
  root: string,
): LockstepError | null {
  if (entry.transaction !== false) return null
  const problem = behind.find(({ facts }) => facts?.['version'] === entry.version)
  const objects = (problem?.facts?.['objects'] ?? []) as readonly string[]
  return problem && objects.some((object) => isMet(entry, object, root))
    ? new LockstepError(problem)
    : null
}

/**
 * Whether the step would run into an object: it does not drop it first, and its code visibly creates or changes it, there or in a
 * file that checks for nothing. What a function elsewhere does cannot be seen.
 */
function isMet<H>(entry: RegistryEntry<H>, object: string, root: string): boolean {
  const side = sideOf(entry, 'up')
  if (!side) return false
  if ('scripts' in side) return !isRemade(plainly(side.scripts.join(';')), object)
  const code = plainly(String(side.code))
  if (isSeen(code, object)) return !isRemade(code, object)
  const file = readQuietly(join(root, entry.file))
  return !codeLooksFirst(file) && isSeen(plainly(file), object) && !isRemade(plainly(file), object)
}

const isSeen = (code: string, object: string): boolean =>
  /\b(?:create|alter)(?:table|index|view)?\b/.test(code) && code.includes(nameIn(object))

function isRemade(text: string, object: string): boolean {
  const type = object.slice(0, object.indexOf(' '))
  const named = `${type} (?:\\w+ ?\\. ?)?${nameIn(object).replaceAll(/[$()*+.?^{|}]/g, '\\$&')}(?![\\w$])`
  const dropped = text.search(new RegExp(`\\bdrop ${named}`))
  const made = new RegExp(`\\bcreate (?:unique |virtual )?${named}`)
  return dropped >= 0 && made.test(text.slice(dropped))
}

const nameIn = (object: string): string => plainly(object.slice(object.indexOf(' ') + 1))

/** In lower case, without quotes, and with single spaces; an escaped line break in code counts as a space. */
const plainly = (text: string): string =>
  foldCase(text.replaceAll(/\\[nt]/g, ' ').replaceAll(/["'`[\]\\]/g, '')).replaceAll(/\s+/g, ' ')
