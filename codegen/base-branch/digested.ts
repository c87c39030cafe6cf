// Reads migrations together with their digests, for comparison.
import { posix } from 'node:path'
import { Digester, type Digests } from '../checksum/checksum.js'
import type { Discovery, MigrationFile, ParsedMigration } from '../model/migration.js'
import { readMigrations } from '../parse/read-migrations.js'
import type { Digested } from './match-histories.js'

/** Reads and digests every migration of these files. */
export function digest(discovery: Discovery): Digested[] {
  const digester = new Digester(discovery)
  return readMigrations(discovery).migrations.map((migration) => ({
    version: migration.version,
    name: migration.name,
    migration,
    ...(digestsOf(migration, digester) ?? { checksums: null, formerly: [] }),
  }))
}

/** The digests of a migration; null if it cannot be read or is too deep to be digested. */
export function digestsOf(migration: ParsedMigration, digester: Digester): Digests | null {
  if (migration.unreadable || !migration.up) return null
  try {
    return digester.digests(migration)
  } catch (error) {
    // Thousands of chained calls; the rules report it.
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * The two folders without the versions whose files are the same in both: they need no comparison, and parsing costs most. If a
 * helper differs, nothing is left out, since any migration may use it.
 */
export function withoutSame(a: Discovery, b: Discovery): [Discovery, Discovery] {
  if (!haveSameHelpers(a, b)) return [a, b]
  const texts = [textsOf(a), textsOf(b)] as const
  const differing = new Set(
    [...a.files, ...b.files]
      .filter((file) => texts[0].get(nameOf(file)) !== texts[1].get(nameOf(file)))
      .map(({ from }) => from),
  )
  const cut = (one: Discovery): Discovery => ({
    ...one,
    files: one.files.filter(({ from }) => differing.has(from)),
  })
  return [cut(a), cut(b)]
}

const nameOf = ({ file }: MigrationFile): string => file.slice(file.lastIndexOf('/') + 1)

/** Checkouts may change line ends; the meaning is the same. */
export const textOf = ({ text }: MigrationFile): string => text.replaceAll('\r\n', '\n')

const textsOf = ({ files }: Discovery): Map<string, string> =>
  new Map(files.map((file) => [nameOf(file), textOf(file)]))

function haveSameHelpers(a: Discovery, b: Discovery): boolean {
  const [first, second] = [helpersOf(a), helpersOf(b)]
  return first.size === second.size && [...first].every(([path, text]) => second.get(path) === text)
}

/** The texts of the helpers by their path in the migrations folder, which is that of the first file. */
export function helpersOf({ files, helpers }: Discovery): Map<string, string> {
  const [first] = files
  const folder = first ? posix.dirname(first.path) : ''
  return new Map(
    [...helpers].map(([path, text]) => [
      posix.relative(folder, path),
      text.replaceAll('\r\n', '\n'),
    ]),
  )
}
