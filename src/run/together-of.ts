// Finds the code that migrates several histories, which comes with their registries so that an application with one does not
// carry it.
import { LockstepError } from '../errors/lockstep-error.js'
import { optionInvalid } from '../errors/usage.js'
import type { Work } from '../database/outcome.js'
import type { Registry, Together } from '../model/registry.js'
import type { HistoriesReport } from '../model/report.js'

/** Undefined for a single registry, or for a value that is no record of registries. */
export function togetherOf(registries: unknown): Together | undefined {
  if (!isRecord(registries)) return undefined
  const all: unknown[] = Object.values(registries)
  // An application without histories of its own whose plugins bring them.
  if (all.every((one) => Array.isArray(one) && one.length === 0)) return nothing
  const found = all.map((one) => (one as Registry<never>)?.[0]?.together).find((tool) => tool)
  if (!found && all.length > 1 && all.every(Array.isArray))
    throw new LockstepError(
      optionInvalid(
        'registries',
        'none with a name',
        'histories with names: set `history` in the configuration, and run `lockstep gen`',
      ),
    )
  return found
}

/** A list, promise, map or other class instance has no histories by name. */
function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Object.getPrototypeOf(value)
  return kind === null || Object.getPrototypeOf(kind) === null
}

// eslint-disable-next-line require-yield -- it is work as any other
function* nothing(): Work<HistoriesReport> {
  return { histories: {}, steps: [], durationMs: 0 }
}
