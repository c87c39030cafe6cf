// What a database has of a step that was begun outside a transaction and did not end, or of one that is to be forgotten: one
// answer for those who tell of it and for those who ask because of it. Reads only.
import type { Forgotten } from '../../errors/ledger.js'
import type { LedgerRow, Walked } from '../../model/ledger.js'
import type { BatchedSource, RegistryEntry } from '../../model/registry.js'
import type { Direction, Problem } from '../../model/report.js'
import type { SchemaDifference } from '../../model/verification.js'
import { versionId } from '../../model/version.js'
import { directionOf, isBegun, isOther } from '../../plan/compare.js'
import { lackingObjects, looksFirst, touchedObjects } from '../../run/compare-schema.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { findRecorded } from '../applied/find-steps.js'
import { findForgotten, findRow, lookInto } from '../database/find-behind.js'
import { seenOf } from '../database/own-process.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { mayLeaveRows, mayWriteRows } from './writes-rows.js'

/** What there is of a step. */
export interface Left {
  readonly version: number
  readonly name: string
  /** Objects that are not as the version before leaves them. */
  readonly objects: readonly string[]
  /** How objects differ from what the step leaves; null where nothing tells. */
  readonly lacking: readonly SchemaDifference[] | null
  /** Which side was begun and did not end, be it that it was forgotten since: nobody knows how much of it there is. Else null. */
  readonly begun: Direction | null
  /** Whether it may write rows, of which the schema shows nothing, as far as its text tells. */
  readonly mayLeaveRows: boolean
  /** Whether it was marked as pending, and is another one in the code than then. */
  readonly isOther: boolean
  /** Whether it looks for what is there when it is run again. */
  readonly isPrepared: boolean
  /** Whether the code has the migration: as it was applied, or edited since it was begun. */
  readonly isHere: boolean
  /** How far it has come, of one that is done in batches. */
  readonly walked: (Pick<Walked, 'done' | 'total'> & { readonly isWhole: boolean }) | undefined
}

/** Reads what there is. */
export async function findLeft(database: ReadableDatabase, version: number): Promise<Left> {
  const { registry, settings } = database
  const row = findRow(database, version)
  const there = registry[version - 1]
  const own = there && row && !isBegun(row, there) ? undefined : there
  const entry = (await recordedInstead(row, there, settings)) ?? own
  const known = entry
    ? [...registry.slice(0, version - 1), entry, ...(own ? registry.slice(version) : [])]
    : []
  const look = lookInto(database)
  const begun = sideBegun(row, database, version)
  return {
    version,
    name: (row ?? there)?.name ?? '',
    objects: touchedObjects(known, version, look),
    lacking: lackingObjects(known, version, look),
    begun,
    mayLeaveRows:
      entry !== undefined &&
      (begun ? mayLeaveRows(entry, begun, { seen: null }) : mayWriteRows(entry, { seen: null })),
    isOther: isOtherThan(findForgotten(database, version), there),
    isPrepared: own !== undefined && looksFirst(own),
    isHere: own !== undefined && (entry === own || begun !== null),
    walked: walkedIn(row, own),
  }
}

/** Walks that were not begun are no part of the numbers. */
function walkedIn(
  row: LedgerRow | undefined,
  entry: RegistryEntry<never> | undefined,
): Left['walked'] {
  if (!row?.walked) return undefined
  const { done, total, walks } = row.walked
  const { batches } = Object(entry?.source) as Partial<BatchedSource<never>>
  const isWhole = walks.length === (batches ?? walks).length && walks.every(({ isDone }) => isDone)
  return { done, total, isWhole }
}

const isOtherThan = (
  forgotten: Forgotten | undefined,
  entry: RegistryEntry<never> | undefined,
): boolean =>
  entry !== undefined &&
  forgotten?.by === 'mark' &&
  forgotten.checksum !== null &&
  ![entry.checksum, ...(entry.formerly ?? [])].includes(forgotten.checksum)

/** What the code does not have, or has otherwise, is known from its record, if at all. */
async function recordedInstead(
  row: LedgerRow | undefined,
  there: RegistryEntry<never> | undefined,
  settings: ReadableDatabase['settings'],
): Promise<RegistryEntry<never> | undefined> {
  if (!row) return undefined
  const isSame = there && (row.startedBy === null ? !isOther(row, there) : isBegun(row, there))
  return isSame ? undefined : (await findRecorded(row, settings))?.entry
}

/** Before tokens said so, steps that were begun are taken for an `up`; of those that are forgotten, the log knows. */
function sideBegun(
  row: LedgerRow | undefined,
  database: ReadableDatabase,
  version: number,
): Direction | null {
  if (!row) return findForgotten(database, version)?.isPart ? 'up' : null
  return row.startedBy === null ? null : (directionOf(row) ?? 'up')
}

/** What the schema shows of it, in sentences; none where nothing tells. */
export function describeLeft({ version, objects, lacking }: Left): string[] {
  const id = versionId(version)
  if (objects.length === 0)
    return lacking?.length ? [`The schema has nothing of what ${id} makes.`] : []
  const there = objects.join(', ')
  if (lacking?.length === 0) return [`The database has all that ${id} makes: ${there}.`]
  return [
    `The database has of ${id}: ${there}.`,
    ...(lacking ? [`Not as ${id} leaves it: ${renderDifferences(lacking).join(', ')}.`] : []),
  ]
}

/** Steps that did not end, with whether whoever began them is still there, and what there is of them. */
export async function tellInterrupted(
  problems: readonly Problem[],
  database: ReadableDatabase,
): Promise<Problem[]> {
  return Promise.all(
    problems.map(async (problem) => {
      if (problem.code !== 'HISTORY_INTERRUPTED') return problem
      const { version, owner, mayBeRunning } = problem.facts ?? {}
      const left = await findLeft(database, Number(version))
      const { objects, lacking } = left
      const told = [
        ...(mayBeRunning ? [seenOf(owner)] : []),
        ...describeLeft(left),
        ...(left.mayLeaveRows ? ['It may write rows, of which the schema tells nothing.'] : []),
      ]
      const message = [problem.message, ...told.filter(Boolean)].join('\n  ')
      return { ...problem, message, facts: { ...problem.facts, there: objects, lacking } }
    }),
  )
}
