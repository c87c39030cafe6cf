// Finds what several histories of one database make, each for itself. Pure.
import { applySeverities } from '../../../codegen/diagnostics/apply-severities.js'
import { fileStart } from '../../../codegen/diagnostics/problem.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateResult } from '../../../codegen/model/result.js'
import { madeTwice } from '../../../codegen/replay/process/needs-problems.js'
import type { Settings } from '../settings/settings.js'

/** What is asked of the settings of each. */
export type NamedSettings = Pick<
  Settings,
  'name' | 'history' | 'table' | 'histories' | 'rules' | 'overrides'
>

/** For each history, in the file that makes it, what one before it in the configuration makes as well. */
export function sharedObjects(
  all: readonly NamedSettings[],
  results: readonly Pick<GenerateResult, 'made'>[],
): Diagnostic[] {
  return all.flatMap((one, at) =>
    all.slice(0, at).flatMap((other, before) => {
      const name = other.history ?? other.name ?? ''
      const isBeside = one.histories?.[name]?.out !== undefined && one.table !== other.table
      if (!isBeside) return []
      const theirs = results[before]?.made ?? {}
      const shared = Object.entries(results[at]?.made ?? {}).filter(([key]) => key in theirs)
      const [first] = shared
      if (!first) return []
      const objects = shared.map(([key]) => key)
      const found = { objects, history: name, file: theirs[first[0]]! }
      return applySeverities([madeTwice(fileStart(first[1]), found)], one)
    }),
  )
}
