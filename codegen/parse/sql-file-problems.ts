// Problems with a migration in an SQL file. One function per code; its doc comment is the code's meaning.
import type { Diagnostic, Position } from '../model/diagnostic.js'
import { problemIn } from '../diagnostics/problem.js'

/** Statements above the first marker of an SQL file, which belong to neither section. */
export const sqlBeforeMarker = (
  at: Position,
  direction: 'up' | 'down',
  below: 'marker' | 'none',
): Diagnostic =>
  problemIn('READ_SQL_BEFORE_MARKER', at, {
    message:
      'a statement stands above the first marker, so it belongs neither to `up` nor to `down`.',
    fix:
      below === 'marker'
        ? `Move it below \`-- migrate:${direction}\`.`
        : `Write \`-- migrate:${direction}\` on a line above it: a file with one marker has all its statements below markers.`,
  })

/** A section that occurs twice in an SQL file. */
export const sqlMarkerRepeated = (at: Position, direction: string, first: number): Diagnostic =>
  problemIn('READ_SQL_MARKER_REPEATED', at, {
    message: `there is already a \`-- migrate:${direction}\` section, starting at line ${first}.`,
    fix: 'Put the statements of both into one section.',
  })

/** A marker that is neither `migrate:up` nor `migrate:down`. */
export const sqlMarkerUnknown = (at: Position, shown: string): Diagnostic =>
  problemIn('READ_SQL_MARKER_UNKNOWN', at, {
    message: `\`${shown}\` is not a marker; the markers are \`-- migrate:up\` and \`-- migrate:down\`.`,
    fix: 'Write one of the two.',
  })

/** A marker after SQL on the same line. */
export const sqlMarkerPlace = (at: Position): Diagnostic =>
  problemIn('READ_SQL_MARKER_PLACE', at, {
    message: 'a marker must stand on a line of its own.',
    fix: 'Move it to the beginning of the next line.',
  })

/** A marker of the other direction in a file for one direction only. */
export const sqlMarkerFile = (at: Position, direction: string): Diagnostic =>
  problemIn('READ_SQL_MARKER_FILE', at, {
    message: `a section of the other direction begins, but a \`.${direction}.sql\` file can hold none.`,
    fix: 'Move the section to the other file of the pair, or write both in one `.sql` file.',
  })

/** A marker of another tool, or a misspelt one. Taken as a comment, it would let the whole file run, `down` included. */
export const sqlMarkerForeign = (at: Position, shown: string, direction: string): Diagnostic =>
  problemIn('READ_SQL_MARKER_FOREIGN', at, {
    message:
      `\`${shown}\` looks like a marker, of another tool or misspelt. Lockstep would treat it as a comment and run ` +
      'everything after it.',
    fix: `Write \`-- migrate:${direction}\` instead, or reword the comment if it is no marker.`,
  })

/** An unknown option in an SQL file, or an unknown value of an option. */
export const sqlOptionUnknown = (at: Position, shown: string): Diagnostic =>
  problemIn('READ_SQL_OPTION_UNKNOWN', at, {
    message: `\`${shown}\` is not an option of a section.`,
    fix: 'The options are `transaction:false`, `transaction:true` and `foreign_keys:enforce`.',
  })

/** An option that is given twice for the same direction in an SQL file. */
export const sqlOptionRepeated = (at: Position, name: string, first: number): Diagnostic =>
  problemIn('READ_SQL_OPTION_REPEATED', at, {
    message: `the option \`${name}\` is already given in line ${first}.`,
    fix: 'Keep one of the two.',
  })

/** An option after `migrate:down` that `migrate:up` does not have; options apply to the whole migration. */
export const sqlOptionDiffers = (at: Position, shown: string): Diagnostic =>
  problemIn('READ_SQL_OPTION_DIFFERS', at, {
    message: `\`${shown}\` is given for \`down\` but not for \`up\`; options apply to the whole migration.`,
    fix: 'Write it after `-- migrate:up`.',
  })

/** A description, or the reason for an option, that is given twice. */
export const sqlCommentRepeated = (at: Position, name: string, first: number): Diagnostic =>
  problemIn('READ_SQL_COMMENT_REPEATED', at, {
    message: `\`-- ${name}:\` is already given in line ${first}.`,
    fix: 'Keep one of the two.',
  })

/** A description, or the reason for an option, without any text. */
export const sqlCommentEmpty = (at: Position, name: string): Diagnostic =>
  problemIn('READ_SQL_COMMENT_EMPTY', at, {
    message: `\`-- ${name}:\` has no text.`,
    fix: `Write the text on the same line: \`-- ${name}: …\`.`,
  })

/** An SQL file that has a `down` and also asks for a derived one. */
export const sqlDownTwice = (at: Position, line: number): Diagnostic =>
  problemIn('READ_SQL_DOWN_TWICE', at, {
    message: `\`-- down: auto\` asks for a derived \`down\`, but one is written in line ${line}.`,
    fix: 'Keep one of the two.',
  })

/** A NUL character in SQL: SQLite would stop reading there. */
export const sqlNul = (at: Position): Diagnostic =>
  problemIn('READ_SQL_NUL', at, {
    message: 'the SQL contains a NUL character; the database would ignore everything after it.',
    fix: "Remove it, or write `char(0)` or a blob such as `x'00'`.",
  })
