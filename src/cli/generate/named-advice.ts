// What is found in one of several databases or histories, with advice that says which one it is about. Pure.
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { carryFlags } from '../carry-flags.js'
import { withPages } from '../terminal/code-page.js'
import type { Settings } from '../settings/settings.js'

/** All findings, with the pages about them; the commands that they advise need the name where there are several. */
export function namedFindings(
  all: readonly Pick<Settings, 'name'>[],
  results: readonly { readonly diagnostics: readonly Diagnostic[] }[],
): readonly Diagnostic[] {
  const named = results.flatMap(({ diagnostics }, at) => {
    const name = all[at]?.name
    if (all.length === 1 || !name) return diagnostics
    const carry = carryFlags({ name })
    return diagnostics.map((one) => ({ ...one, message: carry(one.message), fix: carry(one.fix) }))
  })
  return withPages(named)
}
