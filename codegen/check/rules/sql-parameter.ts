// A statement has a parameter that nothing gives a value.
import { tokenize } from '../../../src/sql/tokenize.js'
import { placeIn } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'

/** In SQL steps, and in what code passes to `exec`. A prepared statement without its values does not run. */
export const sqlParameter: Rule = {
  code: 'SQL_PARAMETER',
  severity: 'error',
  *check({ statements }) {
    for (const statement of statements) {
      const { origin, executed, text } = statement
      if (origin !== 'script' && !executed) continue
      const parameter = tokenize(text).find(({ kind }) => kind === 'variable')
      if (!parameter) continue
      const at = placeIn(statement, parameter.start)
      yield {
        at,
        message: `${at.file} runs a statement with the parameter ${parameter.text}, which has no value: SQLite uses NULL for it, without an error.`,
        fix: 'Write the value out. In code, bind it: `db.prepare(…).run(value)`; in TypeScript, the template `sql` writes `${value}` as a literal.',
      }
    }
  },
}
