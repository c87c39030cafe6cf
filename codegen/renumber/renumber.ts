// Entry point of renumbering: decides which migrations get which numbers, and what follows. Writes nothing before `carryOut`.
import { posix } from 'node:path'
import { isLockstepError, LockstepError } from '../../src/errors/lockstep-error.js'
import { renumberUnfinished } from '../../src/errors/renumber.js'
import { digestsOf } from '../base-branch/digested.js'
import { Digester } from '../checksum/checksum.js'
import { readBase, type Base } from '../base-branch/read-base.js'
import type { TreeFile } from '../base-branch/read-tree.js'
import { withAliases } from '../bundle/resolve-aliases.js'
import { discover } from '../discover/discover.js'
import type { ParsedMigration, Reading } from '../model/migration.js'
import { readMigrations } from '../parse/read-migrations.js'
import type { GenerateSettings } from '../model/settings.js'
import { moversByAge, moversByBase, type Movers } from './choose-movers.js'
import { findNeeds } from './find-needs.js'
import type { Mention } from './find-mentions.js'
import { followImports } from './follow-imports.js'
import { followRenames, renamesOf, type Followed } from './follow-renames.js'
import { moveFiles, type Move } from './move-files.js'
import { numberAnew } from './number-anew.js'
import { planRenumber, renumber, type Renumbering } from './plan-renumber.js'
import { tryOrders, type BeyondReading, type Commuting } from './try-orders.js'
import { fileOf, unitsOf, type Unit } from './unit.js'

export { refuseRunning } from '../project/renumber-journal.js'
export { concludeMoves, recoverMoves, type Recovered } from './move-files.js'
export type { Mention } from './find-mentions.js'
export type { Move } from './move-files.js'
export type { Renumbering } from './plan-renumber.js'
export type { Commuting } from './try-orders.js'

/** A plan to give migrations other numbers. */
export interface RenumberPlan {
  /** In order of version; empty when every number is right. */
  readonly renumberings: readonly Renumbering[]
  /** Files of the folder that keep their names, and whose imports follow. */
  readonly edits: readonly Move[]
  /** Other places where the old names are written, which a person has to check; null if git could not search for them. */
  readonly mentions: readonly Mention[] | null
  /** Versions of the base branch that are not in the working tree yet: it has to be merged. */
  readonly unmerged: readonly number[]
  /** The checksum of a migration of the folder, and those of earlier builds; none if it cannot be digested. */
  digestsOf(migration: ParsedMigration): readonly string[]
  /** Renames and edits the files, all or none. Throws `RENUMBER_FAILED`, or `RENUMBER_CONCURRENT` if another process was faster. */
  carryOut(): Promise<void>
  /** Replays this branch's migrations after and before those that came in between. */
  tryBothOrders(): Promise<Commuting>
}

/**
 * Plans with a base branch, or without one by the age of the files. Changes nothing. Throws the `RENUMBER_…` and `GIT_…` errors,
 * and the first problem of a folder without migrations. `beyond` is for trying both orders.
 */
export async function prepareRenumber(
  settings: GenerateSettings,
  ref: string | undefined,
  beyond?: BeyondReading,
): Promise<RenumberPlan> {
  const anew = ref === undefined ? numberAnew(settings) : []
  if (anew.length > 0) return planAnew(await followRenames(settings, anew))
  const reading = readMigrations(
    await withAliases(await discover(settings.root, settings.migrations), settings.migrations),
  )
  refuseUnfinished(reading)
  refuseUnlisted(reading)
  const digester = new Digester(reading.discovery)
  const base = ref === undefined ? null : await readBase(settings, ref)
  const movers = base
    ? moversByBase(reading, base)
    : await moversByAge(reading, settings.migrations)
  const renamed = await followRenames(settings, planRenumber(movers))
  const needs = await findNeeds(settings, renamed.renumberings, ref)
  const followed = { ...renamed, mentions: renamed.mentions && [...renamed.mentions, ...needs] }
  return {
    ...followed,
    unmerged: base ? missingHere(reading, base) : [],
    digestsOf: (migration) => {
      const digests = digestsOf(migration, digester)
      return digests ? [digests.checksums.up, ...digests.formerly] : []
    },
    carryOut: () => carryOut(followed),
    tryBothOrders: () => bothOrders({ reading, base, movers, settings, beyond }),
  }
}

/** For a folder with another numbering: no registry has its migrations yet, so there are no digests and no orders to try. */
const planAnew = (followed: Followed): RenumberPlan => ({
  ...followed,
  unmerged: [],
  digestsOf: () => [],
  carryOut: () => carryOut(followed),
  tryBothOrders: async () => ({ kind: 'one-order' }),
})

const carryOut = ({ renumberings, edits }: Followed): Promise<void> =>
  moveFiles([...renumberings.flatMap(({ moves }) => moves), ...edits])

/** Throws the first problem of a folder without migrations, which is missing or whose files cannot be classified. */
function refuseUnlisted({ discovery: { files, diagnostics } }: Reading): void {
  const [found] = diagnostics
  if (found && files.length === 0) throw new LockstepError(found)
}

/** Throws if an interrupted renumbering is left, because `recoverMoves` was not called, or could not help. */
function refuseUnfinished({ discovery }: Reading): void {
  const left = discovery.diagnostics.find(({ code }) => code === 'RENUMBER_INTERRUPTED')
  if (left) throw new LockstepError(renumberUnfinished(left.file, left.fix))
  const atWork = discovery.diagnostics.find(({ code }) => code === 'RENUMBER_RUNNING')
  if (atWork) throw new LockstepError(atWork)
}

function missingHere({ discovery }: Reading, { now }: Base): number[] {
  const here = new Set(discovery.files.map(({ file }) => posix.basename(file)))
  const missing = now.discovery.files.filter(({ file }) => !here.has(posix.basename(file)))
  return [...new Set(missing.map(({ from }) => from))]
}

interface Ground {
  readonly reading: Reading
  readonly base: Base | null
  readonly movers: Movers
  readonly settings: GenerateSettings
  readonly beyond: BeyondReading | undefined
}

/** The branch's own migrations were written on top of those before their old numbers; the others came in between. */
async function bothOrders({ reading, base, movers, ...ground }: Ground): Promise<Commuting> {
  const own = movers.units
  const [first] = own
  if (!first) return { kind: 'one-order' }
  const others = othersThan(own, reading, base)
  const common = others.filter(({ to }) => to < first.from)
  const between = others.filter((unit) => !common.includes(unit))
  if (between.length === 0) return { kind: 'one-order' }
  const helpers = helpersHere(reading, base)
  try {
    const baseFirst = numbered([...common, ...between, ...own], helpers)
    const ownFirst = numbered([...common, ...own, ...between], helpers)
    const orders = { baseFirst, ownFirst, common: countOf(common) }
    return await tryOrders(orders, ground.settings, ground.beyond)
  } catch (error) {
    // A migration of the base branch that computes its version can be replayed in no other place.
    if (!isLockstepError(error)) throw error
    return { kind: 'unknown', reason: error.message }
  }
}

/** The migrations that stay here, and those that only the base branch has, in order of version. */
function othersThan(own: readonly Unit[], reading: Reading, base: Base | null): Unit[] {
  const moving = new Set(own.map(fileOf))
  const here = unitsOf(reading).filter((unit) => !moving.has(fileOf(unit)))
  const there = base ? unitsOf(readMigrations(base.now.discovery)) : []
  const missing = there.filter(
    ({ from, to }) => !here.some((one) => one.from <= to && from <= one.to),
  )
  return [...here, ...missing].sort((a, b) => a.from - b.from)
}

const countOf = (units: readonly Unit[]): number =>
  units.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** The files of the units under the numbers 1, 2, 3 … in this order, and the helpers, with imports that follow. */
function numbered(units: readonly Unit[], helpers: readonly Helper[]): TreeFile[] {
  let next = 1
  const renumbered = units.map((unit) => {
    const one = renumber(unit, next)
    next += unit.to - unit.from + 1
    return one
  })
  const renames = renamesOf(renumbered)
  const bytesOf = (path: string, text: string): Buffer =>
    Buffer.from(followImports(text, path, renames) ?? text)
  return [
    ...helpers.map(({ path, name, text }) => ({ path: name, bytes: bytesOf(path, text) })),
    ...renumbered.flatMap(({ unit, moves }) =>
      moves.map(({ path, becomes, text }, index) => ({
        path: posix.basename(becomes),
        bytes: bytesOf(path, text ?? unit.files[index]!.text),
      })),
    ),
  ]
}

/** A helper, and its path in the folder. */
interface Helper {
  readonly path: string
  readonly name: string
  readonly text: string
}

/** The helpers of the base branch and of the folder; of two with the same name, the folder's. */
function helpersHere({ discovery }: Reading, base: Base | null): Helper[] {
  const all = [...(base ? helpersOf(base.now.discovery) : []), ...helpersOf(discovery)]
  return [...new Map(all.map((one) => [one.name, one])).values()]
}

/** The helpers of a folder, which is that of the first file. */
function helpersOf({ files, helpers }: Reading['discovery']): Helper[] {
  const [first] = files
  if (!first) return []
  const folder = posix.dirname(first.path)
  return [...helpers].map(([path, text]) => ({ path, name: posix.relative(folder, path), text }))
}
