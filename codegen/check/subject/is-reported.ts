// Whether a finding reaches its reader, so that another one with the same cause may be left out.
import type { Position } from '../../model/diagnostic.js'
import type { Subject } from './rule.js'

/** False where the settings, or a comment with a reason in the migration, switch the code off. */
export const isReported = (
  { settings, suppressions }: Subject,
  code: string,
  { file, line }: Position,
): boolean =>
  settings.rules[code] !== 'off' &&
  !suppressions.some(
    (comment) =>
      comment.code === code &&
      comment.reason !== null &&
      comment.files.includes(file) &&
      comment.lines[0] <= line &&
      line <= comment.lines[1],
  )
