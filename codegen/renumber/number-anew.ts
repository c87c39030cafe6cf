// Renumbers a whole folder that is numbered differently: from 0, with another number of digits, or by date or time. Writes
// nothing.
import { orElse } from '../../src/model/or-else.js'
import { remembered } from '../../src/model/collected.js'
import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { canonicalName, paddedOtherwise, parseFileName } from '../project/file-name.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import type { GenerateSettings } from '../model/settings.js'
import type { Move } from './move-files.js'
import type { Renumbering } from './plan-renumber.js'

/** One migration of such a folder, or a list: its file, or both files of a pair. */
interface Foreign {
  readonly names: string[]
  /** The number that it is ordered by. */
  readonly number: number
  /** The number of versions in it. */
  readonly count: number
}

/** The migrations of the folder numbered from 1, in the order of their present numbers; empty if there is nothing to do. */
export function numberAnew({
  root,
  migrations,
}: Pick<GenerateSettings, 'root' | 'migrations'>): Renumbering[] {
  const names = namesIn(migrations)
  if (!names.some(isForeign) && paddedOtherwise(names).length === 0) return []
  const places = { folder: forwardSlashes(migrations), shown: projectPath(root, migrations) }
  let next = 1
  return foreignIn(names).flatMap(({ names: own, number, count }): Renumbering[] => {
    const becomes = next
    next += count
    const moves = own.flatMap((name) => moveOf(name, newName(name, becomes), places))
    const unit = { files: [], from: number, to: number, migrations: [] }
    return moves.length === 0 ? [] : [{ unit, from: number, becomes, moves }]
  })
}

function moveOf(
  name: string,
  target: string,
  { folder, shown }: { readonly folder: string; readonly shown: string },
): Move[] {
  if (name === target) return []
  return [
    {
      path: posix.join(folder, name),
      target: posix.join(folder, target),
      file: posix.join(shown, name),
      becomes: posix.join(shown, target),
      text: null,
    },
  ]
}

function namesIn(folder: string): string[] {
  return orElse(() => {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  }, [])
}

const isForeign = (name: string): boolean =>
  /^(?:timestamp|not-positive)$/.test(parseFileName(name).is)

/** In the order of their numbers, then of their names. */
function foreignIn(names: readonly string[]): Foreign[] {
  const found = new Map<string, Foreign>()
  for (const name of names.toSorted()) {
    const number = numberOf(name)
    if (number === null) continue
    const key = JSON.stringify([number, restOf(name).replace(/\..*$/, '')])
    remembered(found, key, () => ({ names: [], number, count: countOf(name) })).names.push(name)
  }
  return [...found.values()].sort((one, other) => one.number - other.number)
}

/** Null if it is not a migration. */
function numberOf(name: string): number | null {
  const parsed = parseFileName(name)
  if (parsed.is === 'timestamp') return Number(parsed.digits.replaceAll(/\D/g, ''))
  if (parsed.is === 'not-positive') return parsed.version
  return parsed.is === 'migration' ? parsed.from : null
}

/** The part after the version in its proper name. */
function restOf(name: string): string {
  const parsed = parseFileName(name)
  if (parsed.is === 'migration') return parsed.canonical.replace(VERSIONS, '')
  return 'rest' in parsed ? parsed.rest : name
}

const VERSIONS = /^(?:migration_)?\d+(?:-\d+)?_/

function countOf(name: string): number {
  const parsed = parseFileName(name)
  return parsed.is === 'migration' ? parsed.to - parsed.from + 1 : 1
}

const newName = (name: string, from: number): string =>
  (name.startsWith('migration_') ? 'migration_' : '') +
  canonicalName({ from, to: from + countOf(name) - 1, rest: restOf(name) })
