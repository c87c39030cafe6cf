// Removes the findings that comments switch off, and records the outcome of each comment.
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import { isSameSubject } from './finding-subject.js'
import { isIn } from './other-side.js'
import type { Suppression, Subject } from './rule.js'
import { severityOf } from '../../diagnostics/severity-of.js'

/** The remaining findings, and the comments with their outcome. */
export interface Suppressed<D extends Diagnostic = Diagnostic> {
  readonly diagnostics: readonly D[]
  readonly suppressions: readonly Suppression[]
}

/** The comments and what they may do. */
export interface Comments {
  readonly suppressions: readonly Suppression[]
  /** Whether a comment switches it off even if it is an error. */
  acknowledges(found: Diagnostic): boolean
  /** The codes that were not checked for: it is unknown whether a comment about one has a use. */
  readonly unknown: ReadonlySet<string>
}

/**
 * Warnings, hints and acknowledgeable errors are switched off, and only by a comment with a reason. Call it with the configured
 * severities: a warning that the settings made an error stays.
 */
export function applySuppressions<D extends Diagnostic>(
  diagnostics: readonly D[],
  comments: Comments,
): Suppressed<D> {
  const judged = comments.suppressions.map((one) => ({
    ...one,
    ...judge(one, diagnostics, comments),
  }))
  const used = judged.filter(({ outcome }) => outcome === 'used')
  const left = diagnostics.filter(
    (one) => stands(one, comments) || !used.some((comment) => covers(comment, one, diagnostics)),
  )
  const isSideSaid = (one: D): boolean =>
    !stands(one, comments) && used.some((comment) => means(comment, one, diagnostics))
  return {
    diagnostics: left.map((one) =>
      isSideSaid(one) ? { ...one, fix: one.fix + FOR_ONE_SIDE } : one,
    ),
    suppressions: judged,
  }
}

const FOR_ONE_SIDE = ' The existing comment covers only the other direction.'

/** Whether no comment can switch it off. */
const stands = (found: Diagnostic, comments: Comments): boolean =>
  found.severity === 'error' && !comments.acknowledges(found)

function judge(
  comment: Suppression,
  diagnostics: readonly Diagnostic[],
  comments: Comments,
): Pick<Suppression, 'outcome' | 'others'> {
  if (comment.code === null || comment.reason === null) return { outcome: 'incomplete' }
  const alike = diagnostics.filter((one) => mayMean(comment, one))
  if (alike.length === 0)
    return { outcome: comments.unknown.has(comment.code) ? 'pending' : 'unused' }
  const covered = alike.filter((one) => covers(comment, one, diagnostics))
  if (covered.length > 0)
    return { outcome: covered.every((one) => stands(one, comments)) ? 'refused' : 'used' }
  const others = [...new Set(alike.flatMap(({ subject }) => subject ?? []))]
  return { outcome: comment.subject === null ? 'ambiguous' : 'unused', others }
}

/** Whether a comment and a finding have the same code and the same step. */
const mayMean = ({ code, files, lines: [first, last] }: Suppression, found: Diagnostic): boolean =>
  found.code === code && files.includes(found.file) && first <= found.line && found.line <= last

/**
 * A comment without a subject covers findings without one, or the only finding of its code. One inside a side that has such a
 * finding covers none of the other side.
 */
function covers(
  comment: Suppression,
  found: Diagnostic,
  diagnostics: readonly Diagnostic[],
): boolean {
  if (!means(comment, found, diagnostics)) return false
  if (found.subject === undefined || !isElsewhere(comment, found)) return true
  return diagnostics.every((one) => !means(comment, one, diagnostics) || isElsewhere(comment, one))
}

function means(
  comment: Suppression,
  found: Diagnostic,
  diagnostics: readonly Diagnostic[],
): boolean {
  if (!mayMean(comment, found)) return false
  if (comment.subject !== null)
    return found.subject !== undefined && isSameSubject(comment.subject, found.subject)
  const subjects = diagnostics.filter((one) => mayMean(comment, one)).map(({ subject }) => subject)
  return found.subject === undefined || subjects.every((one) => one === found.subject)
}

const isElsewhere = ({ elsewhere }: Suppression, found: Diagnostic): boolean =>
  elsewhere !== null && isIn(found, elsewhere)

/** A finding, as far as comments and settings can distinguish it. */
interface Reported {
  readonly code: string
  readonly at: Position
  readonly subject?: string
}

/** False if the settings, or a comment with a reason in the migration, switch it off. */
export const isReported = (
  { settings, suppressions }: Subject,
  { code, at: { file, line }, subject }: Reported,
): boolean =>
  severityOf({ code, file, severity: 'error' }, settings) !== 'off' &&
  !suppressions.some(
    (comment) =>
      comment.code === code &&
      comment.reason !== null &&
      (comment.subject === null ||
        (subject !== undefined && isSameSubject(comment.subject, subject))) &&
      comment.files.includes(file) &&
      comment.lines[0] <= line &&
      line <= comment.lines[1],
  )
