// Makes advice in findings say which of several databases or histories it is about. Pure.
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateResult, LintResult } from '../../../codegen/model/result.js'
import type { Terminal } from '../command/command.js'
import { withPages } from '../terminal/code-page.js'
import { sharedObjects, type NamedSettings } from './shared-objects.js'

/** All findings, with the pages about them; the commands that they suggest get the name if there are several. */
export function namedFindings(
  all: readonly NamedSettings[],
  results: readonly (Pick<LintResult, 'diagnostics'> & Partial<Pick<GenerateResult, 'made'>>)[],
  terminal?: Pick<Terminal, 'carry'>,
): readonly Diagnostic[] {
  const named = results.flatMap(({ diagnostics }, at) => {
    const name = all[at]?.name
    if (all.length === 1 || !name || !terminal) return diagnostics
    const carry = terminal.carry({ name })
    return diagnostics.map((one) => ({ ...one, message: carry(one.message), fix: carry(one.fix) }))
  })
  const made = results.map((result) => result.made)
  return withPages([...named, ...sharedObjects(all, made)])
}
