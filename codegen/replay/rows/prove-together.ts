// Tries a version that removes values together with the earlier versions that copied them, as if all were one step.
import { memo } from '../../../src/model/collected.js'
import { foldCase } from '../../../src/sql/names.js'
import type { Fact } from '../../model/evidence.js'
import type { CopiesUnknown } from '../../model/version-facts.js'
import type { JoinedVersions } from '../sides/joined-versions.js'
import { sideKey } from '../sides/runaways.js'
import { tableNamed, tablesOf } from './fill/table-graph.js'
import type { Applied, Journey } from './journey.js'
import { copiedFrom, type CopiedFrom } from './seed/copied-from.js'
import type { NamesBehind } from './seed/names-behind.js'
import { isAbout, isLoss, takenBy, type Taken } from './taken-away.js'
import { isOfDown, isOfEarlier, keyOf, namesAtLast, placed, renamed } from './together-facts.js'
import type { ObservedSide } from './watch/observed-run.js'

/**
 * Judges the loss of removed values together with the copies that earlier versions made, on the rows from before those. Returns the same
 * facts if no version read the values, or they cannot run again.
 */
export async function proveTogether(
  journey: Journey,
  { attended, facts }: Pick<Applied, 'attended' | 'facts'>,
  run: RunTogether,
): Promise<readonly Fact[]> {
  const { rows } = journey
  const { version } = attended.entry
  const until = journey.run.registry.slice(0, version)
  if (until.some(({ effects }) => effects !== undefined)) return facts
  const all = takenBy(attended, facts, rows.situation())
  const together = memo((first: number) =>
    togetherFrom(journey, first, { attended, taken: all, run }),
  )
  let told = facts
  for (const taken of all) {
    const read = [...rows.copiedFrom(taken.table), ...copiedFrom(attended)].filter(
      (one) => one.table === taken.table && isCopyOf(one, taken),
    )
    const isRead = (name: string): boolean =>
      read.some((one) => one.version < version && one.columns.includes(name))
    const columns = taken.columns.filter(
      (name) => taken.of === 'rows' || taken.of === 'table' || isRead(name),
    )
    told = await settled(told, { ...taken, columns }, { read, version, together })
  }
  return told
}

/** Whether it may have read the values; for rows, most of their columns, so that the copy stands for them. */
const isCopyOf = ({ columns }: CopiedFrom, taken: Taken): boolean =>
  taken.of === 'rows'
    ? columns.length * 2 > taken.columns.length
    : columns.some((name) => taken.columns.includes(name))

/** Runs versions as one step, and returns what happens to certain tables. */
export type RunTogether = (
  versions: readonly [first: number, last: number],
  tables: readonly string[],
) => Promise<RanTogether>

/** The result; null if they cannot run as one, `failed` if one of them fails on any rows. */
export type RanTogether =
  { readonly whole: JoinedVersions; readonly applied: Applied } | 'failed' | null

/** The findings about a version run as one with those before it. */
interface Together {
  readonly facts: readonly Fact[]
  /** The columns that a table had before, by their names before the last version. */
  columns(table: string): readonly string[]
}

interface Ways {
  readonly read: readonly CopiedFrom[]
  readonly version: number
  together(first: number): Promise<Together | 'failed' | null>
}

/** Starts with the latest version that read the values: rows have more columns then, which a copy may filter by. */
async function settled(
  known: readonly Fact[],
  taken: Taken,
  { read, version, together }: Ways,
): Promise<readonly Fact[]> {
  let told = known
  const unknown: Fact[] = []
  let open = taken.columns
  const earlier = new Set(read.map((one) => one.version).filter((one) => one < version))
  for (const first of [...earlier].toSorted((one, other) => other - one).slice(0, MOST)) {
    const found = open.length > 0 ? await together(first) : null
    if (!found) continue
    if (found === 'failed') {
      unknown.push(...unknownOf(taken, { first, version, read, open }))
      continue
    }
    const there = found.columns(taken.table)
    // Rows from before the first version lack the columns that a later one reads.
    const isKnown = read.every(
      (one) => one.version <= first || one.asked.every((name) => there.includes(name)),
    )
    const kept = isKnown ? keptOf(found.facts, { ...taken, columns: open }) : []
    const lost = open.filter((name) => !kept.includes(name))
    told = [
      ...withoutLosses(told, { ...taken, columns: kept }),
      ...found.facts.filter(
        (fact) => isAbout(fact, { ...taken, columns: kept }) && (!isLoss(fact) || isOfDown(fact)),
      ),
    ]
    const lossesOfUp = found.facts.filter((fact) => !isOfDown(fact))
    told = withBetter(told, lossesOfUp, { ...taken, columns: lost })
    open = lost
  }
  return [...told, ...unknown]
}

/** Whether its copies are complete can only be judged once it is fixed. */
function unknownOf(
  { of, table }: Taken,
  {
    first,
    version,
    read,
    open,
  }: Pick<Ways, 'read' | 'version'> & { first: number; open: readonly string[] },
): CopiesUnknown[] {
  const known = read.filter((one) => one.version === first)
  const columns =
    of === 'table'
      ? known.length > 0
        ? [null]
        : []
      : open.filter((name) => known.some((one) => one.columns.includes(name)))
  return columns.map((column) => ({ kind: 'copies-unknown', version, table, column, by: first }))
}

/** The most starting versions that are tried. */
const MOST = 3

/** The columns whose values are all kept; for deleted rows, all or none. */
function keptOf(facts: readonly Fact[], taken: Taken): readonly string[] {
  const own = facts.filter((fact) => isAbout(fact, taken) && !isOfDown(fact))
  if (taken.of === 'rows' || taken.of === 'table') {
    const isKept = own.some((fact) => fact.kind === 'values-kept' && fact.column === null)
    return own.some(isLoss) || (taken.of === 'table' && !isKept) ? [] : taken.columns
  }
  return taken.columns.filter((name) => {
    const about = own.filter((fact) => isAbout(fact, { ...taken, columns: [name] }))
    const isKept = taken.of === 'values' || about.some(({ kind }) => kind === 'values-kept')
    return isKept && !about.some(isLoss)
  })
}

const withoutLosses = (facts: readonly Fact[], taken: Taken): readonly Fact[] =>
  taken.columns.length === 0 ? facts : facts.filter((fact) => !isAbout(fact, taken))

/** A finding that says which values are lost replaces one that only says that some are. */
function withBetter(known: readonly Fact[], found: readonly Fact[], taken: Taken): readonly Fact[] {
  if (taken.columns.length === 0) return known
  const old = known.filter((fact) => isAbout(fact, taken) && isLoss(fact))
  const more = found.filter((fact) => isAbout(fact, taken))
  const isBetter = more.some(isLoss) && !old.some(saysWhich)
  const isPart = more.some((fact) => saysWhich(fact) || fact.kind === 'values-kept')
  return isBetter && (old.length === 0 || isPart)
    ? [...withoutLosses(known, taken), ...more]
    : known
}

const saysWhich = (fact: Fact): boolean =>
  fact.kind === 'values-gone'
    ? (fact.parts ?? []).length > 0
    : isLoss(fact) && !(fact.kind === 'values-changed' && fact.from !== null)

interface Last {
  readonly attended: ObservedSide
  readonly taken: readonly Taken[]
  readonly run: RunTogether
}

/** The findings with the names before the last version. If an earlier version copied one of equal rows only, that one stays. */
const factsOf = ({ facts }: Applied, whole: JoinedVersions, now: NamesBehind): Fact[] =>
  facts
    .map((fact) => renamed(fact, now))
    .filter((fact) => fact.kind !== 'rows-lost' || fact.by !== 'twin' || !isOfEarlier(fact, whole))

/** Null if they cannot run as one. What they do without the last version is reported for them. */
async function togetherFrom(
  journey: Journey,
  first: number,
  { attended: last, taken, run }: Last,
): Promise<Together | 'failed' | null> {
  const { version } = last.entry
  const { registry, runaways } = journey.run
  const parts = registry.slice(first - 1, version)
  if (parts.some((one) => runaways?.[sideKey(one.version, 'up')])) return null
  const tables = taken.map(({ table }) => table)
  const ran = await run([first, version], tables)
  if (!ran || ran === 'failed') return ran
  const { whole, applied } = ran
  const now = namesAtLast(applied.attended, whole, last)
  const facts = factsOf(applied, whole, now)
  const isJudged = facts.some((fact) => taken.some((one) => isAbout(fact, one)))
  if (!isJudged && facts.some(({ kind }) => kind === 'step-failed')) return 'failed'
  const isDoubtful = facts.some(
    (fact) =>
      isLoss(fact) &&
      !isOfDown(fact) &&
      isOfEarlier(fact, whole) &&
      taken.some((one) => isAbout(fact, one)),
  )
  const others = isDoubtful ? await run([first, version - 1], tables) : null
  const alone = others === 'failed' ? null : others
  const known = new Set(alone?.applied.facts.map((fact) => keyOf(renamed(fact, now))))
  const before = tablesOf(applied.attended.before)
  return {
    facts: facts
      .filter((fact) => isOfDown(fact) || !isOfEarlier(fact, whole) || !known.has(keyOf(fact)))
      .map((fact) => placed(fact, whole, last)),
    columns: (table) => {
      const own = before.find(({ name }) => now.table(foldCase(name)) === table)
      const name = foldCase(own?.name ?? table)
      const columns = (own ?? tableNamed(last.before, table))?.columns ?? []
      return columns.map((one) => now.column(name, foldCase(one.name)))
    },
  }
}
