// Makes a history tolerate code that fails because of stand-ins: its effects so far stay, and the history continues.
import type { BatchedSource, MigrationSource, Registry } from '../../src/model/registry.js'
import type { Step } from '../../src/model/migration.js'
import { foldCase } from '../../src/sql/names.js'
import type { Wall } from './wall.js'

/** The same registry with tolerant functions; in scripts, the wall skips single statements. */
export const bearStandIns = <H>(registry: Registry<H>, wall: Wall): Registry<H> =>
  registry.map((entry) => ({ ...entry, source: bearing(entry.source, wall) }))

type Source<H> = Registry<H>[number]['source']

type Sides<H> = MigrationSource<H> | BatchedSource<H>

function bearing<H>(source: Source<H>, wall: Wall): Source<H> {
  if (typeof source !== 'function') return withSides(source, wall)
  const made = function () {
    return withSides(new source(), wall)
  }
  return made as unknown as Source<H>
}

function withSides<H>(owner: MigrationSource<H>, wall: Wall): MigrationSource<H>
function withSides<H>(owner: Sides<H>, wall: Wall): Sides<H>
function withSides<H>(owner: Sides<H>, wall: Wall): Sides<H> {
  const down = owner.down !== undefined && { down: sideOf(owner, owner.down, wall) }
  if ('batches' in owner) return { batches: owner.batches, ...down }
  return { up: sideOf(owner, owner.up, wall), ...down }
}

/** An asynchronous function is passed on unwrapped, so that the runtime still recognizes and refuses it. */
function sideOf<H, S>(owner: Sides<H>, side: S, wall: Wall): S {
  if (typeof side !== 'function' || side.constructor.name === 'AsyncFunction') return side
  const step = side as unknown as Step<H>
  const borne: Step<H> = (handle, context) => {
    try {
      const answer: unknown = step.call(owner, handle, context)
      if (answer !== false || !wall.trial.mayExplain(answer)) return answer as never
      cut(step, wall, 'it returned false')
    } catch (error) {
      if (!wall.trial.mayExplain(error)) throw error
      cut(step, wall, messageOf(error))
    }
    return undefined as never
  }
  // Keeps the source text of the step, which shows the rows it looks for.
  return Object.assign(borne, { toString: () => String(step) }) as unknown as S
}

/** The effects of the code that did not run are unknown; any name in the text of the step may be affected. */
function cut(step: object, wall: Wall, text: string): void {
  const names = Function.prototype.toString.call(step).match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []
  wall.trial.leave(names.map(foldCase))
  wall.tell({ kind: 'cut', text })
}

const messageOf = (error: unknown): string => {
  const { message } = (error ?? {}) as { readonly message?: unknown }
  return typeof message === 'string' && message !== '' ? message : String(error)
}
