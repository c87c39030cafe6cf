// Adds to the findings of a check what the branch may not do to migrations of its base branch.
import { compareDiagnostics } from '../../../codegen/diagnostics/compare-diagnostics.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { LintResult } from '../../../codegen/model/result.js'
import type { Pins } from '../../../codegen/model/registry-item.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'

/** The settings with what the base branch has released; unchanged if none is named. Throws the `GIT_…` errors. */
export async function underBase(
  settings: GenerateSettings,
  ref: string | undefined,
): Promise<GenerateSettings> {
  if (ref === undefined) return settings
  const { releasedByBase } = await import('../../../codegen/base-branch/released-by-base.js')
  return releasedByBase(settings, ref)
}

/**
 * The result with the findings of `--base`; unchanged if no base branch is named. `pins` are the findings for each version, if it
 * was checked. Throws the `GIT_…` errors.
 */
export async function withBase<R extends LintResult>(
  result: R,
  settings: GenerateSettings,
  ref: string | undefined,
  pins?: Pins,
): Promise<R> {
  if (ref === undefined) return result
  const { compareWithBase } = await import('../../../codegen/base-branch/compare-base.js')
  const found = await compareWithBase(settings, ref, pins)
  return {
    ...result,
    ok: result.ok && found.every(({ severity }) => severity !== 'error'),
    diagnostics: [...withoutToldTwice(result.diagnostics, found), ...found].sort(
      compareDiagnostics,
    ),
  }
}

/**
 * The folder alone does not show which of two migrations with the same number is new, and might advise moving the wrong one; nor
 * that what is missing before a new one is on the base branch.
 */
function withoutToldTwice(
  diagnostics: readonly Diagnostic[],
  found: readonly Diagnostic[],
): Diagnostic[] {
  const filesOf = (code: string): string[] =>
    found.flatMap((one) => (one.code === code ? [one.file] : []))
  const taken = filesOf('BASE_NUMBER_TAKEN')
  const unmerged = filesOf('BASE_NOT_MERGED')
  const edited = filesOf('BASE_EDITED')
  return diagnostics.filter(({ code, file, message }) => {
    if (code === 'VERSION_DUPLICATE') return !taken.some((one) => message.includes(one))
    if (code === 'RELEASED_EDITED') return !edited.includes(file)
    return code !== 'VERSION_GAP' || !unmerged.includes(file)
  })
}
