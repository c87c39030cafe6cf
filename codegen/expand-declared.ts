// Expands the changes that migrations declare into steps: those in the registry, otherwise by the schema before them.
import { isDerived, isUnexpanded, withExpansion } from './alter/expanded.js'
import { dependsOnSqlite, madeStatements } from './alter/made-statements.js'
import { alterNotExpanded, alterUnchecked } from './alter/alter-problems.js'
import { expandAlteration } from './alter/expand.js'
import { isSamePlace } from './check/subject/declared-place.js'
import { newerIn } from './check/source/sqlite-features.js'
import { Digester } from './checksum/checksum.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { ParsedMigration, Reading } from './model/migration.js'
import type { Pin } from './model/registry-item.js'
import type { GenerateSettings } from './model/settings.js'
import type { SchemaThere } from './schema-there.js'
import { asWritten, expansionsOnDisk } from './write/registry-expansions.js'
import { foldCase } from '../src/sql/names.js'
import { otherChanged } from './replay/process/needs-problems.js'
import { isSamePin } from './write/registry-pins.js'
import { pinsOnDisk, type WrittenPlace } from './write/released-checksums.js'

/**
 * Takes over the steps in the registry on disk for declarations that are unchanged, follow an unchanged history and have not been
 * edited there: later versions might expand them differently, and what has run somewhere stays.
 */
export function withKnownExpansions(reading: Reading, settings: Written): Reading {
  if (!reading.migrations.some(isUnexpanded)) return reading
  const written = expansionsOnDisk(settings)
  if (written.size === 0) return reading
  const pins = pinsOnDisk(settings)
  const digester = new Digester(reading.discovery)
  let isSame = true
  const migrations = reading.migrations.map((migration) => {
    isSame &&= isPinned(migration, pins.get(migration.version), digester)
    const known = isSame ? asWritten(migration, written.get(migration.version)) : migration
    return isOutdated(known, settings) ? migration : known
  })
  return { ...reading, migrations }
}

/** The location of a registry, and the settings that decide about the steps it has. */
type Written = WrittenPlace &
  Partial<Pick<GenerateSettings, 'minimumSqlite' | 'released' | 'replay'>>

/** Whether an unreleased version has steps that the oldest supported SQLite does not understand. */
function isOutdated(
  { version, up, down }: ParsedMigration,
  { minimumSqlite, released, replay }: Written,
): boolean {
  if (!replay || !minimumSqlite || released === undefined || version <= released) return false
  const statements = [up, down].flatMap((side) => (side ? madeStatements(side) : []))
  return statements.some((one) => dependsOnSqlite(one) && newerIn(one, minimumSqlite).length > 0)
}

function isPinned(migration: ParsedMigration, pin: Pin | undefined, digester: Digester): boolean {
  if (!pin || migration.unreadable || !migration.up) return false
  const { checksums, formerly } = digester.digests(migration)
  return isSamePin(pin, { ...pin, checksums: [checksums.up, ...formerly] })
}

/** Finds the schema before a version; null if it is unknown. */
export type SchemaBefore = (version: number, reading: Reading) => Promise<SchemaThere | null>

/**
 * The reading without unexpanded declarations, which are expanded in order, since each depends on the ones before it. One that
 * cannot be expanded becomes unreadable, with the reason. `schemaBefore` is null if nothing may be replayed.
 */
export async function expandDeclared(
  reading: Reading,
  settings: GenerateSettings,
  schemaBefore: SchemaBefore | null,
): Promise<Reading> {
  if (!schemaBefore) return refuseAll(reading, 'nothing is replayed here')
  let left = reading
  for (;;) {
    const next = left.migrations.find((one) => isUnexpanded(one) && !one.unreadable)
    if (!next) return left
    const there = await schemaBefore(next.version, left)
    if (!there) return refuseAll(left, 'the migrations before it do not run to the end')
    left = expandOne(left, next, { ...there, ...settings })
    if (left.migrations.some((one) => one.version === next.version && one.unreadable))
      return refuseRest(left)
  }
}

/** The reading with the steps of one declaration, or with what is wrong with it. */
function expandOne(
  reading: Reading,
  migration: ParsedMigration,
  {
    catalog,
    owners,
    minimumSqlite,
    history,
    histories = {},
  }: Pick<GenerateSettings, 'minimumSqlite' | 'history' | 'histories'> & SchemaThere,
): Reading {
  const alien = migration.alter!.tables.flatMap(({ table: { value, position } }) => {
    const history = owners.get(`table ${foldCase(value)}`)
    return history === undefined
      ? []
      : [otherChanged(position, { object: `table ${value}`, history, gone: false })]
  })
  if (alien.length > 0) return refused(reading, migration, alien)
  const back = isDerived(migration) ? 'derived' : 'written'
  const { expansion, problems } = expandAlteration(migration.alter!, {
    catalog,
    minimumSqlite,
    back,
  })
  if (expansion) return replaced(reading, migration, withExpansion(migration, expansion))
  const others = Object.keys(histories)
    .filter((name) => name !== history && histories[name]?.elsewhere === undefined)
    .join(', ')
  const tables = migration.alter!.tables.map(({ table }) => table.position)
  const isUnknown = (one: Diagnostic): boolean =>
    one.code === 'ALTER_UNKNOWN' && tables.some((at) => isSamePlace(at, one))
  const told = problems.map((one) =>
    others && isUnknown(one)
      ? { ...one, fix: `${one.fix} A table of another history (${others}) is changed there.` }
      : one,
  )
  return refused(reading, migration, told)
}

/** Drops findings that only follow from another error: the migrations before a declaration cannot be run. */
export function withoutUnexpanded<
  T extends { readonly diagnostics: readonly Diagnostic[]; readonly obstacles: readonly string[] },
>(proven: T): T {
  const isOther = ({ code }: Pick<Diagnostic, 'code'>): boolean => code !== 'ALTER_NOT_EXPANDED'
  const { diagnostics, obstacles } = proven
  return diagnostics.some((one) => one.severity === 'error' && isOther(one))
    ? {
        ...proven,
        diagnostics: diagnostics.filter(isOther),
        obstacles: obstacles.filter((code) => isOther({ code })),
      }
    : proven
}

/** The reading in which no unexpanded declaration counts as a part of a history; the first says why. */
function refuseAll(reading: Reading, why: string): Reading {
  const first = reading.migrations.find((one) => isUnexpanded(one) && !one.unreadable)
  if (!first) return reading
  return refuseRest(refused(reading, first, [alterNotExpanded(first.up!.position, why)]))
}

/** The same if a reason has been reported already. */
const refuseRest = (reading: Reading): Reading => ({
  ...reading,
  migrations: reading.migrations.map((one) =>
    isUnexpanded(one) ? { ...one, unreadable: true } : one,
  ),
})

/** The same for callers that only read and run nothing. */
export function withUnchecked(reading: Reading): Reading {
  const open = reading.migrations.filter((one) => isUnexpanded(one) && !one.unreadable)
  const told = open.map(({ up }) => alterUnchecked(up!.position))
  return { ...reading, diagnostics: [...reading.diagnostics, ...told] }
}

const refused = (
  reading: Reading,
  migration: ParsedMigration,
  problems: readonly Diagnostic[],
): Reading => ({
  ...replaced(reading, migration, { ...migration, unreadable: true }),
  diagnostics: [...reading.diagnostics, ...problems],
})

const replaced = (reading: Reading, migration: ParsedMigration, by: ParsedMigration): Reading => ({
  ...reading,
  migrations: reading.migrations.map((one) => (one === migration ? by : one)),
})
