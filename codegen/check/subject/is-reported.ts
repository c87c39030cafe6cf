// Whether a finding reaches its reader, so that another one with the same cause may be left out.
import { severityOf } from '../../diagnostics/severity-of.js'
import type { Position } from '../../model/diagnostic.js'
import { isSameSubject } from './finding-subject.js'
import type { Subject } from './rule.js'

/** A finding, as far as comments and settings can tell it from others. */
export interface Reported {
  readonly code: string
  readonly at: Position
  readonly subject?: string
}

/** False where the settings, or a comment with a reason in the migration, switch it off. */
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
