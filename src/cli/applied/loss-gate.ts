// Stands in a rollback, and lets no step be kept that takes along what was not agreed to.
import { LockstepError } from '../../errors/lockstep-error.js'
import { rollbackUnconfirmed } from '../../errors/recovery.js'
import type { Gate, GateStep } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import { versionId } from '../../model/version.js'
import { gateWith } from '../../run/gate-with.js'
import { objectsOfOthers } from '../../schema/owned-objects.js'
import { historyUpTo } from '../../schema/schema-digest.js'
import { readOwnSchema, type OwnSchema } from '../../schema/schema-view.js'
import { renderLosses } from '../render/losses.js'
import { findLosses } from './find-losses.js'
import { contentsIn, keepContents, type Kept, type Tables } from './kept-content.js'

/** What is known of a rollback before it is done. */
export interface Foresight {
  /** Whether to go on although this is lost since the first step began. */
  accepts(losses: Losses): boolean
  /**
   * Whether it is the `trial` that finds out what goes, which must touch nothing but its copy; whether there was one, or it
   * is a dry run; or whether nothing is known.
   */
  readonly known: 'trial' | 'tried' | 'nothing'
}

/**
 * Looks after each step at what is gone since the first began. Throws `ROLLBACK_UNCONFIRMED`, for a step outside a
 * transaction before it begins: afterwards nothing would be undone by that.
 */
export function lossGate({ accepts, known }: Foresight): Gate {
  return gateWith(({ database, table: ledger, registry, ignoreTables }) => {
    const losses: { now: Losses } = { now: NO_LOSSES }
    let kept: Tables<Kept> | undefined
    let before: OwnSchema | undefined
    const refuse = (step: GateStep, untold: readonly string[]): never => {
      const told = { losses: losses.now, untold }
      throw new LockstepError(
        rollbackUnconfirmed(told, [...renderLosses(losses.now), ...untold], step),
      )
    }
    return {
      *before(step) {
        const effects = registry[step.version - 1]?.effects
        if (known === 'trial' && effects !== undefined) refuse(step, [touching(step, effects)])
        before ??= yield* readOwnSchema(database, { ledger, ignoreTables })
        kept ??= yield* keepContents(database, yield* contentsIn(database, ledger))
        const holdsRows = [...kept.values()].some(({ rows }) => rows > 0)
        if (known === 'nothing' && step.outside && holdsRows) refuse(step, [outside(step)])
      },
      see() {},
      *after(step) {
        const now = yield* contentsIn(database, ledger)
        const { schema } = yield* readOwnSchema(database, { ledger, ignoreTables })
        const owned = historyUpTo(registry, registry.length, before!.ignores)
        const others = owned ? objectsOfOthers(owned, before!.schema) : []
        const objects = others.filter((object) => !schema.has(object))
        losses.now = { ...NO_LOSSES, ...(yield* findLosses(database, kept!, now)), objects }
        if (!accepts(losses.now) && !step.outside) refuse(step, [])
      },
    }
  })
}

/** Nothing is lost. */
export const NO_LOSSES: Losses = {
  rows: [],
  columns: [],
  unknown: [],
  objects: [],
  guessed: [],
}

const titleOf = ({ version, name }: GateStep): string => `${versionId(version)} (${name})`

const touching = (step: GateStep, effects: string): string =>
  `${titleOf(step)} touches the world outside the database (${effects}), so it was not tried, and nobody knows what goes with it`

const outside = (step: GateStep): string =>
  `${titleOf(step)} runs outside a transaction and was not tried, so nobody knows what goes with it`
