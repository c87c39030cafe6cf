// Adds to what a check found what the branch may not do to migrations of its base branch.
import { compareDiagnostics } from '../../codegen/check/compare-diagnostics.js'
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
    diagnostics: [...result.diagnostics, ...found].sort(compareDiagnostics),
  }
}
