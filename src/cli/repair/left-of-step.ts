// Finds what a database has of a step that was begun outside a transaction and did not end, or of one to be forgotten; shared by
// the commands that report it and those that ask because of it. Reads only.
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

/** What exists of a step. */
export interface Left {
  readonly version: number
  readonly name: string
  /** Objects that are not as the previous version leaves them. */
  readonly objects: readonly string[]
  /** How objects differ from what the step leaves; null if unknown. */
  readonly lacking: readonly SchemaDifference[] | null
  /** Which side was begun and did not end, even if it was forgotten since: it is unknown how much of it was done. Otherwise null. */
  readonly begun: Direction | null
  /** Whether it may write rows, which the schema does not show, as far as its text tells. */
  readonly mayLeaveRows: boolean
  /** Whether it was marked as pending and has changed in the code since. */
  readonly isOther: boolean
  /** Whether it checks for existing objects when it is run again. */
  readonly isPrepared: boolean
  /** Whether the code has the migration: as it was applied, or edited since it was begun. */
  readonly isHere: boolean
  /** The progress of a step done in batches. */
  readonly walked: (Pick<Walked, 'done' | 'total'> & { readonly isWhole: boolean }) | undefined
}

/** Reads what exists. */
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

/** Walks that were not begun are not included in the numbers. */
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

/** A step that the code lacks or has in another form is only known from its record, if at all. */
async function recordedInstead(
  row: LedgerRow | undefined,
  there: RegistryEntry<never> | undefined,
  settings: ReadableDatabase['settings'],
): Promise<RegistryEntry<never> | undefined> {
  if (!row) return undefined
  const isSame = there && (row.startedBy === null ? !isOther(row, there) : isBegun(row, there))
  return isSame ? undefined : (await findRecorded(row, settings))?.entry
}

/** With older tokens, steps that were begun count as `up`; for forgotten ones, the log knows. */
function sideBegun(
  row: LedgerRow | undefined,
  database: ReadableDatabase,
  version: number,
): Direction | null {
  if (!row) return findForgotten(database, version)?.isPart ? 'up' : null
  return row.startedBy === null ? null : (directionOf(row) ?? 'up')
}

/** What the schema shows of it, in sentences; empty if unknown. */
export function describeLeft({ version, objects, lacking }: Left): string[] {
  const id = versionId(version)
  if (objects.length === 0)
    return lacking?.length ? [`The schema has nothing that ${id} creates.`] : []
  const there = objects.join(', ')
  if (lacking?.length === 0) return [`The database has everything that ${id} creates: ${there}.`]
  return [
    `Of ${id}, the database has: ${there}.`,
    ...(lacking ? [`Not as ${id} leaves it: ${renderDifferences(lacking).join(', ')}.`] : []),
  ]
}

/** Reports steps that did not end, whether their owner still exists, and what exists of them. */
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
        ...(left.mayLeaveRows ? ['It may write rows, which the schema does not show.'] : []),
      ]
      const message = [problem.message, ...told.filter(Boolean)].join('\n  ')
      return { ...problem, message, facts: { ...problem.facts, there: objects, lacking } }
    }),
  )
}
