// Stands between undoing and applying again: nothing goes on unless all that belongs to the history is as it was before, and
// what goes with it is agreed to.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { redoDiffers, redoUnconfirmed, redoUnproven, type RedoLosses } from '../../errors/redo.js'
import type { Gate, GateHost, GateStep } from '../../model/gate.js'
import type { Registry } from '../../model/registry.js'
import { looksFirst } from '../../run/compare-schema.js'
import { gateWith } from '../../run/gate-with.js'
import { objectsOfOthers, ownedAt, type Owning } from '../../schema/owned-objects.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { diffDigests } from '../../schema/schema-digest.js'
import { readOwnSchema, type OwnSchema } from '../../schema/schema-view.js'
import { quoteIdentifier } from '../../sql/names.js'
import { renderLosses } from '../render/losses.js'
import { findLosses, type Holding } from './find-losses.js'

/** What is asked of the moment in which everything is undone. */
export interface Halfway {
  readonly registry: Registry<never>
  /** What the undone steps made, as their records say. */
  readonly made: Required<Owning>['made']
  /** Whether each of them has a record of that. */
  readonly isRecorded: boolean
  /** Whether to go on although this is lost, or nobody knows it. */
  accepts(losses: RedoLosses): boolean
}

/** Looks before anything is applied again. Throws `REDO_DIFFERS`, `REDO_UNCONFIRMED` and `REDO_UNPROVEN`. */
export function redoGate(halfway: Halfway): Gate {
  return gateWith((host) => {
    let before: Moment | undefined
    let newest = 0
    let isJudged = false
    return {
      *before(step) {
        if (isJudged || (before && step.direction === 'down')) return
        const now = yield* lookAt(host)
        isJudged = before !== undefined
        if (before)
          judge({ ...halfway, registry: ownersIn(halfway, newest) }, step, { before, now })
        before = now
        newest ||= step.version
      },
      see() {},
      *after() {},
    }
  })
}

/** What a pending step is prepared for may have been made by others. */
const ownersIn = ({ registry }: Halfway, newest: number): Registry<never> =>
  registry.filter((entry) => entry.version <= newest || !looksFirst(entry))

interface Moment extends OwnSchema {
  readonly tables: ReadonlyMap<string, Holding>
}

/** `step` is the first that is to be applied again. */
function judge(
  { registry, made, isRecorded, accepts }: Halfway,
  step: GateStep,
  { before, now }: { readonly before: Moment; readonly now: Moment },
): void {
  const owned = ownedAt(registry, step.version - 1, { made, ignored: now.ignores })
  if (!owned) throw new LockstepError(redoUnproven(step))
  const differences = diffDigests(owned, now.schema)
  if (differences.length > 0)
    throw new LockstepError(redoDiffers(step, differences, renderDifferences(differences)))
  const unknown = isRecorded ? [] : objectsOfOthers(owned, now.schema)
  const losses = { ...findLosses(before.tables, now.tables), unknown }
  if (!accepts(losses)) throw new LockstepError(redoUnconfirmed(step, losses, renderLosses(losses)))
}

function* lookAt({ database, table: ledger, ignoreTables }: GateHost): Work<Moment> {
  const own = yield* readOwnSchema(database, { ledger, ignoreTables })
  const tables = new Map<string, Holding>()
  for (const [key, { type, name, facts }] of own.schema) {
    if (type !== 'table') continue
    const rows = yield* countRows(database, name)
    tables.set(key, { name, rows, columns: facts?.columns ?? [] })
  }
  return { ...own, tables }
}

/** A virtual table whose module is not there has no rows that anybody could see. */
function* countRows(database: GateHost['database'], table: string): Work<number> {
  try {
    const sql = `SELECT count(*) AS n FROM main.${quoteIdentifier(table)}`
    const [row] = yield* settled(database.query(sql))
    return Number(row?.['n'])
  } catch (error) {
    if (database.faultOf(error)) throw error
    return 0
  }
}
