// Adds to what a check found what the branch may not do to migrations of its base branch.
import { compareDiagnostics } from '../../codegen/check/compare-diagnostics.js'
import type { Diagnostic } from '../../codegen/model.js'
import type { LintResult } from '../../codegen/result.js'
import type { GenerateSettings } from '../../codegen/settings.js'

/** The result with the findings of `--base`; as it is where no base branch is named. Throws the `GIT_…` errors. */
export async function withBase<R extends LintResult>(
  result: R,
  settings: GenerateSettings,
  ref: string | undefined,
): Promise<R> {
  if (ref === undefined) return result
  const { compareWithBase } = await import('../../codegen/base/compare-base.js')
  const found = await compareWithBase(settings, ref)
  return {
    ...result,
    ok: result.ok && found.every(({ severity }) => severity !== 'error'),
    diagnostics: [...withoutToldTwice(result.diagnostics, found), ...found].sort(
      compareDiagnostics,
    ),
  }
}

/** The folder alone does not show which of two migrations with one number is new, and might advise to move the other. */
function withoutToldTwice(
  diagnostics: readonly Diagnostic[],
  found: readonly Diagnostic[],
): Diagnostic[] {
  const taken = found.filter(({ code }) => code === 'BASE_NUMBER_TAKEN')
  return diagnostics.filter(
    ({ code, message }) =>
      code !== 'VERSION_DUPLICATE' || !taken.some(({ file }) => message.includes(file)),
  )
}
