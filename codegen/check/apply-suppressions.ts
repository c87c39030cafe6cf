// Takes the findings away that comments switch off, and tells what became of each comment.
import type { Diagnostic } from '../model.js'
import type { Suppression } from './rule.js'

/** What is left to report, and the comments with their outcome. */
export interface Suppressed {
  readonly diagnostics: readonly Diagnostic[]
  readonly suppressions: readonly Suppression[]
}

/**
 * Only warnings and hints are switched off, and only by a comment with a reason. Call it with severities as the settings
 * want them: a warning that the settings made an error stays.
 */
export function applySuppressions(
  diagnostics: readonly Diagnostic[],
  suppressions: readonly Suppression[],
): Suppressed {
  const judged = suppressions.map((one) => ({ ...one, outcome: judge(one, diagnostics) }))
  const used = judged.filter(({ outcome }) => outcome === 'used')
  return {
    diagnostics: diagnostics.filter(
      (one) => one.severity === 'error' || !used.some((comment) => covers(comment, one)),
    ),
    suppressions: judged,
  }
}

function judge(comment: Suppression, diagnostics: readonly Diagnostic[]): Suppression['outcome'] {
  if (comment.code === null || comment.reason === null) return 'incomplete'
  const covered = diagnostics.filter((one) => covers(comment, one))
  if (covered.length === 0) return 'unused'
  return covered.every(({ severity }) => severity === 'error') ? 'refused' : 'used'
}

const covers = ({ code, files, lines: [first, last] }: Suppression, found: Diagnostic): boolean =>
  found.code === code && files.includes(found.file) && first <= found.line && found.line <= last
