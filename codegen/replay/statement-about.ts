// The statement of a half that something found afterwards is most likely about. Pure.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../src/model/registry.js'
import { sideOf } from '../../src/plan/scripts.js'
import { canonicalName, canonicalTokens } from '../../src/schema/canonical-tokens.js'
import type { Direction, StepPlace } from '../model/evidence.js'
import { statementPlaces } from './cut-off.js'
import { wholeHalf } from './describe-failure.js'
import { frameOf } from './frame-of.js'
import type { ReplayLine } from './replay-line.js'

/** One half of a migration. */
export interface Half {
  readonly entry: RegistryEntry<Database>
  readonly direction: Direction
}

/** One that was the last to run on a line. */
export interface RanHalf extends Half {
  readonly line: Pick<ReplayLine, 'calls'>
}

/**
 * The statement that makes an object of the first of these names; else the last one that has the first of these names that
 * is in any, SELECT left out. The whole half where there is none.
 */
export function placeOfMaking(half: RanHalf, names: readonly string[]): StepPlace {
  const name = canonicalName(names[0] ?? '')
  const made = statementsOf(half).findLast(({ tokens }) => makes(tokens) === name)
  return made?.place() ?? placeAbout(half, names)
}

/** The last statement that has the first of these names that is in any, SELECT left out. */
export function placeAbout(half: RanHalf, names: readonly string[]): StepPlace {
  const statements = statementsOf(half).filter(({ tokens }) => tokens[0] !== 'select')
  for (const name of names.map(canonicalName)) {
    const about = statements.findLast(({ tokens }) => tokens.includes(name))
    if (about) return about.place()
  }
  return wholeHalf(half.entry.version, half.direction)
}

/**
 * The last statement that has both names; else as `placeOfMaking`. Indexes are left out, since making one neither makes nor
 * breaks a foreign key.
 */
export function placeOfKey(half: RanHalf, table: string, parent: string): StepPlace {
  const names = [table, parent].map(canonicalName)
  const both = statementsOf(half).findLast(
    ({ tokens }) => !makesIndex(tokens) && names.every((name) => tokens.includes(name)),
  )
  return both?.place() ?? placeOfMaking(half, [table, parent])
}

const makesIndex = ([first, second, third]: readonly string[]): boolean =>
  first === 'create' && (second === 'index' || third === 'index')

interface ReadStatement {
  readonly tokens: readonly string[]
  place(): StepPlace
}

/** Those of SQL, in order; of code, those that it gave to its handle, in the order in which it first did. */
function statementsOf({ entry, direction, line }: RanHalf): ReadStatement[] {
  const side = sideOf(entry, direction)
  if (!side) return []
  const whole = wholeHalf(entry.version, direction)
  if ('scripts' in side)
    return statementPlaces(side.scripts).map(({ script, offset, statement }) => ({
      tokens: canonicalTokens(statement),
      place: () => ({ ...whole, script, offset, statement }),
    }))
  return [...line.calls].flatMap(([text, call]) =>
    statementPlaces([text]).map(({ statement }) => ({
      tokens: canonicalTokens(statement),
      place: () => ({ ...whole, statement, frame: frameOf(call, entry, direction) }),
    })),
  )
}

/** The name of what a CREATE makes, without that of the database. */
function makes(tokens: readonly string[]): string | undefined {
  if (tokens[0] !== 'create') return undefined
  const type = tokens.findIndex((token) => /^(?:table|index|view|trigger)$/.test(token))
  const name = type + (tokens[type + 1] === 'if' ? 4 : 1)
  return tokens[tokens[name + 1] === '.' ? name + 2 : name]
}
