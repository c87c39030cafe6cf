// Compares the ledger with the registry: the whole set, row by row, never a high-water mark. Pure.
import {
  historyAnother,
  historyBatchesEdited,
  historyByHand,
  historyDownChanged,
  historyEdited,
  historyGap,
  historyHalfDone,
  historyInterrupted,
  historyLineage,
  historyRenamed,
  historyRenumbered,
  historyUnreadable,
  type BatchesNow,
} from '../errors/history.js'
import type { LedgerRow } from '../model/ledger.js'
import type { ManagerOptions } from '../model/options.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Direction, Problem } from '../model/report.js'
import { waysToCode, type Ways } from './way-to-code.js'

/** What a comparison found. */
export interface Comparison<H> {
  /** In ascending order of version. Being ahead is not among them: see `ahead`. */
  readonly findings: readonly Problem[]
  /**
   * Migrations whose row has digests from an older Lockstep, or a lineage derived from such, or the mark of an earlier edit that
   * was reverted. With the same algorithm only if every row agrees with the registry: none was edited, and none is ahead of it.
   */
  readonly restamp: readonly RegistryEntry<H>[]
  /** Applied versions above the registry's last; an unfinished step does not count as applied. */
  readonly ahead: readonly number[]
  /** The highest applied version; 0 if none is. */
  readonly version: number
  /** A step that was begun and will resume where it stopped: the last row, which counts for nothing else. */
  readonly halfDone: LedgerRow | undefined
}

/** Compares rows in ascending order of version with the registry; with `warn`, an edited migration is only a warning. */
export function compare<H>(
  registry: Registry<H>,
  all: readonly LedgerRow[],
  onDrift?: ManagerOptions['onDrift'],
): Comparison<H> {
  const halfDone = halfDoneOf(registry, all)
  const findings: Problem[] = halfDoneProblems(halfDone)
  const restamp: RegistryEntry<H>[] = []
  const former: RegistryEntry<H>[] = []
  const newer: LedgerRow[] = []
  let version = 0
  let sound = true
  let renewed = false
  const rows = all.filter((row) => row !== halfDone)
  const ways = waysToCode(registry, rows)
  for (const row of rows) {
    if (row.version > version + 1)
      findings.push(historyGap(version + 1, row.version - 1, registry.length))
    version = row.version
    const entry = registry[version - 1]
    const known = { chained: sound && !renewed, ways }
    const found: readonly Problem[] = inspect(registry, entry, row, known)
    sound &&= !found.some((problem) => problem.severity === 'error')
    findings.push(...(onDrift === 'warn' ? found.map(softened) : found))
    if (!entry) continue
    if (algorithmOf(row.checksum) < algorithmOf(entry.checksum)) restamp.push(entry)
    else if (isNewer(row, entry)) newer.push(row)
    else if ((renewed ||= isFormer(row.checksum, entry)) || isMarked(row)) former.push(entry)
  }
  const ahead = versionsAhead(registry, rows)
  if (sound && ahead.length === 0) restamp.push(...former)
  if (newer[0]) findings.push(historyUnreadable(newer[0].version, newer[0].name))
  return { findings, restamp, ahead, version, halfDone }
}

/** The newest row, if it belongs to a step that declares batches and still declares the same. */
function halfDoneOf<H>(registry: Registry<H>, rows: readonly LedgerRow[]): LedgerRow | undefined {
  const row = rows.at(-1)
  const entry = row && registry[row.version - 1]
  if (!entry?.resumable || row?.startedBy === null || directionOf(row!) !== 'up') return undefined
  return row!.checksum === entry.checksum || isFormer(row!.checksum, entry) ? row : undefined
}

const halfDoneProblems = (row: LedgerRow | undefined): Problem[] =>
  row ? [historyHalfDone({ ...row, mayBeRunning: mayBeRunning(row) })] : []

const versionsAhead = (registry: Registry<never>, rows: readonly LedgerRow[]): readonly number[] =>
  rows
    .filter(({ version, startedBy }) => !registry[version - 1] && startedBy === null)
    .map(({ version }) => version)

/** Ends the lineage of a row that was applied on top of an edited migration. No registry has such a lineage. */
export const DRIFTED = '~'

/** Whether a row was applied on top of an edited migration. */
export const isMarked = ({ lineage }: Pick<LedgerRow, 'lineage'>): boolean =>
  lineage?.endsWith(DRIFTED) ?? false

/** Whether an older Lockstep gave this digest to what the entry still means. */
const isFormer = <H>(digest: string | null, { formerly }: RegistryEntry<H>): boolean =>
  digest !== null && (formerly?.includes(digest) ?? false)

/** An edited migration as a warning. The rows after it still count as unsound: their lineage cannot agree. */
const softened = (problem: Problem): Problem =>
  problem.code === 'HISTORY_EDITED' ? { ...problem, severity: 'warning' } : problem

/** Whether the code has a different migration under the number of this row. */
export const isOther = <H>(row: LedgerRow, entry: RegistryEntry<H>): boolean =>
  algorithmOf(row.checksum) === algorithmOf(entry.checksum) &&
  row.checksum !== entry.checksum &&
  !isFormer(row.checksum, entry)

/** Whether the code has the migration of a row that was begun, possibly renamed or edited. */
export const isBegun = <H>(row: LedgerRow, entry: RegistryEntry<H>): boolean =>
  row.name === entry.name || !isOther(row, entry)

interface Known {
  /** Whether the lineage of the row must follow from the row before. */
  readonly chained: boolean
  readonly ways: Ways
}

function inspect<H>(
  registry: Registry<H>,
  entry: RegistryEntry<H> | undefined,
  row: LedgerRow,
  { chained, ways }: Known,
): readonly Problem[] {
  const { version, name } = row
  const problems = [...interrupted(row, entry)]
  if (!entry || problems.length > 0) return problems
  const former = isFormer(row.checksum, entry)
  if (row.lineage === null || !(algorithmOf(row.checksum) < Infinity))
    return [historyByHand(version, name)]
  if (row.name !== entry.name) problems.push(historyRenamed(version, name, entry.name))
  if (algorithmOf(row.checksum) !== algorithmOf(entry.checksum)) return problems
  if (isOther(row, entry)) return [edited(registry, entry, row, ways)]
  if (chained && !former && !follows(row, entry)) return [historyLineage(version, name)]
  if ((row.downChecksum ?? undefined) !== entry.downChecksum && !isFormer(row.downChecksum, entry))
    problems.push(historyDownChanged(version, name, entry.downChecksum))
  return problems
}

const follows = <H>(row: LedgerRow, entry: RegistryEntry<H>): boolean =>
  row.lineage === entry.lineage || isMarked(row)

/** The problem with the row of a step that was begun and has not ended; none for other rows. */
export const interrupted = <H>(
  row: LedgerRow,
  entry: RegistryEntry<H> | undefined,
): readonly Problem[] => {
  if (row.startedBy === null) return []
  const { version, name, walked } = row
  const now = batchesNow(row, entry)
  const known = { mayBeRunning: mayBeRunning(row), owner: ownerOf(row) }
  return [
    now
      ? historyBatchesEdited(version, name, { ...known, now, walked })
      : historyInterrupted(version, name, {
          ...known,
          isHere: entry !== undefined && isBegun(row, entry),
          since: row.heartbeatAt ?? row.appliedAt,
          direction: directionOf(row),
        }),
  ]
}

/** How the batches of a step that was begun have changed; null for one that has none. */
export function batchesNow<H>(
  row: LedgerRow,
  entry: RegistryEntry<H> | undefined,
): BatchesNow | null {
  const { walked } = row
  const isHere = entry !== undefined && isBegun(row, entry)
  if (directionOf(row) !== 'up' || !(walked ?? (isHere && entry.resumable))) return null
  if (!isHere) return 'gone'
  if (!entry.resumable) return 'none'
  return entry.resumable.comparedWith(entry as never, walked?.walks ?? [])
}

/** A step outside a transaction that fails records this by clearing its heartbeat; one that is killed cannot. */
export const mayBeRunning = (row: Pick<LedgerRow, 'startedBy' | 'heartbeatAt'>): boolean =>
  row.startedBy !== null && row.heartbeatAt !== null

/**
 * Which side of a step outside a transaction was begun, according to the token of its row. For older tokens, only values that a
 * row kept from being applied show that it is a `down`; null if nothing does.
 */
export function directionOf({ startedBy, ...row }: LedgerRow): Direction | null {
  const [, told] = /^(up|down):/.exec(startedBy ?? '') ?? []
  if (told !== undefined) return told as Direction
  return row.durationMs === null && row.downChecksum === null ? null : 'down'
}

/** Who began a step outside a transaction, as given in `ManagerOptions.owner`; null if nobody is recorded. */
export const ownerOf = ({ startedBy }: Pick<LedgerRow, 'startedBy'>): string | null =>
  /^(?:up|down):\w+ (.+)$/s.exec(startedBy ?? '')?.[1] ?? null

function edited<H>(
  registry: Registry<H>,
  entry: RegistryEntry<H>,
  row: LedgerRow,
  ways: Ways,
): Problem {
  const { version, name } = row
  const elsewhere = registry.find(
    (other) =>
      (other.checksum === row.checksum || isFormer(row.checksum, other)) && other.name === name,
  )
  const commands = ways.follow(version)
  if (elsewhere) return historyRenumbered(version, name, { now: elsewhere.version, commands })
  if (name !== entry.name)
    return historyAnother(version, name, { now: entry.name, undo: ways.undo(version) })
  return historyEdited(version, name, { file: entry.file, commands })
}

const isNewer = <H>(row: LedgerRow, entry: RegistryEntry<H>): boolean =>
  algorithmOf(row.checksum) > algorithmOf(entry.checksum) && algorithmOf(row.checksum) < Infinity

/** Digests begin with the number of their algorithm. A missing one is Infinity, text that is no digest NaN: neither is older. */
const algorithmOf = (digest: string | null): number =>
  digest === null ? Infinity : parseInt(digest, 10)
