// Plans which files get which names and which texts, so that migrations get other numbers. Nothing is written here.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { renumberTargetExists } from '../../src/errors/renumber.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { versionId } from '../../src/model/version.js'
import type { MigrationFile } from '../model/migration.js'
import type { Movers } from './choose-movers.js'
import type { Move } from './move-files.js'
import { restateVersions } from './restate-versions.js'
import type { Unit } from './unit.js'

/** One migration, or all of a list, with its new number. */
export interface Renumbering {
  readonly unit: Unit
  readonly from: number
  readonly becomes: number
  readonly moves: readonly Move[]
}

/**
 * Gives the units the numbers after the last, in their order; those that have theirs already are left out. Throws
 * `RENUMBER_TARGET_EXISTS` and `RENUMBER_UNREADABLE`.
 */
export function planRenumber({ units, last }: Movers): Renumbering[] {
  const planned: Renumbering[] = []
  let next = last + 1
  for (const unit of units) {
    if (unit.from !== next) planned.push(renumber(unit, next))
    next += unit.to - unit.from + 1
  }
  const leaving = new Set(planned.flatMap(({ moves }) => moves.map(({ path }) => path)))
  for (const { file, becomes, target } of planned.flatMap(({ moves }) => moves)) {
    if (existsSync(target) && !leaving.has(target))
      throw new LockstepError(renumberTargetExists(file, becomes))
  }
  return planned
}

/** One unit under a new number. Throws `RENUMBER_UNREADABLE`. */
export function renumber(unit: Unit, becomes: number): Renumbering {
  const shift = becomes - unit.from
  const texts = shift === 0 ? new Map<MigrationFile, string>() : restateVersions(unit, shift)
  const moves = unit.files.map((one) => {
    const name = newName(one, shift)
    return {
      path: one.path,
      target: posix.join(posix.dirname(one.path), name),
      file: one.file,
      becomes: posix.join(posix.dirname(one.file), name),
      text: texts.get(one) ?? null,
    }
  })
  return { unit, from: unit.from, becomes, moves }
}

/** The first number of a file name is its version, or its range. */
function newName({ file, from, to }: MigrationFile, shift: number): string {
  const number = versionId(from + shift) + (from === to ? '' : `-${versionId(to + shift)}`)
  return posix.basename(file).replace(/\d+(-\d+)?/, number)
}
