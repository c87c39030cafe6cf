// A gate in a rollback that keeps no step with losses that were not agreed to.
import type { Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { rollbackUnconfirmed } from '../../errors/recovery.js'
import type { Gate, GateStep } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import { versionId } from '../../model/version.js'
import { gateWith } from '../../run/gate-with.js'
import { historyUpTo } from '../../schema/schema-digest.js'
import { lookAtSchema, type SchemaLook } from '../../schema/schema-view.js'
import { renderLosses } from '../render/losses.js'
import { findLosses } from './find-losses.js'
import { amongOthers, type MadeBeside } from './among-others.js'
import { contentsIn, dropKept, keepContents, type Kept, type Tables } from './kept-content.js'

/** Why the losses of a step cannot be determined beforehand. */
export interface Untold {
  readonly because: 'effects' | 'outside'
  /** The same in words. */
  readonly line: string
}

/** What a rollback may do. */
export interface Agreed {
  /** Whether to continue although this has been lost since the first step began. */
  accepts(losses: Losses): boolean
  /** Whether to begin such a step, whatever is lost. */
  begins(untold: Untold): boolean
  /** Called when such a step has caused this loss, more than was known. */
  passed(losses: Losses): void
}

/**
 * Checks after each step what has been lost since the first one began, or since one whose losses were unknown. Throws
 * `ROLLBACK_UNCONFIRMED`: before a step whose losses cannot be determined beforehand and could not be undone afterwards.
 */
export function lossGate({ accepts, begins, passed }: Agreed, beside: MadeBeside): Gate {
  return gateWith(({ database, table: ledger, registry, ignoreTables }) => {
    let losses = NO_LOSSES
    let kept: Tables<Kept> | undefined
    let before: SchemaLook | undefined
    let untold: Untold | undefined
    const keep = function* (): Work<void> {
      before = yield* lookAtSchema(database, { ledger, ignoreTables })
      kept = yield* keepContents(database, yield* contentsIn(database, ledger))
    }
    const refuse = (step: GateStep, why: readonly string[]): never => {
      const told = { losses, untold: why }
      throw new LockstepError(rollbackUnconfirmed(told, [...renderLosses(losses), ...why], step))
    }
    return {
      *before(step) {
        if (!kept) yield* keep()
        const isHeld = [...kept!.values()].some(({ rows }) => rows > 0)
        untold = untoldOf(step, registry[step.version - 1]?.effects, isHeld)
        if (untold && !begins(untold)) refuse(step, [untold.line])
      },
      see() {},
      *after(step) {
        const contents = yield* contentsIn(database, ledger)
        const now = yield* lookAtSchema(database, { ledger, ignoreTables })
        const owned = historyUpTo(registry, registry.length, before!.ignores)
        const others = owned && amongOthers(owned, { before: before!, now, beside })
        losses = { ...NO_LOSSES, ...(yield* findLosses(database, kept!, contents)), ...others }
        if (accepts(losses)) return
        if (!untold) refuse(step, [])
        passed(losses)
        losses = NO_LOSSES
        yield* dropKept(database, kept!)
        yield* keep()
      },
    }
  })
}

/** Outside a transaction, refusing afterwards undoes nothing. */
function untoldOf(
  step: GateStep,
  effects: string | undefined,
  isHeld: boolean,
): Untold | undefined {
  if (effects !== undefined) return { because: 'effects', line: touching(step, effects) }
  return step.outside && isHeld ? { because: 'outside', line: outside(step) } : undefined
}

/** Nothing is lost. */
export const NO_LOSSES: Losses = {
  rows: [],
  columns: [],
  counters: [],
  unknown: [],
  objects: [],
  broken: [],
  guessed: [],
  unreplaced: [],
}

const titleOf = ({ version, name }: GateStep): string => `${versionId(version)} (${name})`

const touching = (step: GateStep, effects: string): string =>
  `${titleOf(step)} touches the world outside the database (${effects}), so it was not tried: what would be lost is unknown`

const outside = (step: GateStep): string =>
  `${titleOf(step)} runs outside a transaction and was not tried: what would be lost is unknown`
