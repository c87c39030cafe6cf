// The statement of a half that something found afterwards is most likely about. Pure.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../src/model/registry.js'
import { sideOf } from '../../src/plan/scripts.js'
import { canonicalName, canonicalTokens } from '../../src/schema/canonical-tokens.js'
import type { Direction, StepPlace } from '../evidence.js'
import { statementPlaces, type StatementPlace } from './cut-off.js'
import { wholeHalf } from './describe-failure.js'

/** One half of a migration. */
export interface Half {
  readonly entry: RegistryEntry<Database>
  readonly direction: Direction
}

/**
 * The statement that makes an object of the first of these names; else the last one that has the first of these names that
 * is in any, SELECT left out. The whole half where there is none, and of code.
 */
export function placeOfMaking(half: Half, names: readonly string[]): StepPlace {
  const made = placesIn(half).filter(
    ({ tokens }) => makes(tokens) === canonicalName(names[0] ?? ''),
  )
  return placed(half, made) ?? placeAbout(half, names)
}

/** The last statement that has the first of these names that is in any, SELECT left out. */
export function placeAbout(half: Half, names: readonly string[]): StepPlace {
  const places = placesIn(half).filter(({ tokens }) => tokens[0] !== 'select')
  for (const name of names.map(canonicalName)) {
    const place = placed(
      half,
      places.filter(({ tokens }) => tokens.includes(name)),
    )
    if (place) return place
  }
  return wholeHalf(half.entry.version, half.direction)
}

/**
 * The last statement that has both names; else as `placeOfMaking`. Indexes are left out, since making one neither makes nor
 * breaks a foreign key.
 */
export function placeOfKey(half: Half, table: string, parent: string): StepPlace {
  const names = [table, parent].map(canonicalName)
  const both = placesIn(half).filter(
    ({ tokens }) => !makesIndex(tokens) && names.every((name) => tokens.includes(name)),
  )
  return placed(half, both) ?? placeOfMaking(half, [table, parent])
}

const makesIndex = ([first, second, third]: readonly string[]): boolean =>
  first === 'create' && (second === 'index' || third === 'index')

interface ReadPlace extends StatementPlace {
  readonly tokens: readonly string[]
}

function placesIn({ entry, direction }: Half): ReadPlace[] {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side)) return []
  return statementPlaces(side.scripts).map((place) => ({
    ...place,
    tokens: canonicalTokens(place.statement),
  }))
}

function placed({ entry, direction }: Half, places: readonly StatementPlace[]): StepPlace | null {
  const last = places.at(-1)
  if (!last) return null
  const { script, offset, statement } = last
  return { ...wholeHalf(entry.version, direction), script, offset, statement }
}

/** The name of what a CREATE makes, without that of the database. */
function makes(tokens: readonly string[]): string | undefined {
  if (tokens[0] !== 'create') return undefined
  const type = tokens.findIndex((token) => /^(?:table|index|view|trigger)$/.test(token))
  const name = type + (tokens[type + 1] === 'if' ? 4 : 1)
  return tokens[tokens[name + 1] === '.' ? name + 2 : name]
}
