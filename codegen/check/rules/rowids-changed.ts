// A migration gives rows other rowids under a full-text index.
import { halfName, ignoreComment, inStatement } from '../describe-step.js'
import { factsOf } from '../facts.js'
import type { Rule } from '../rule.js'
import { stepPosition } from '../step-position.js'
import { refill } from '../../../src/schema/external-content.js'

/** Judged by the rowids that the replay has seen, and by what the index says of itself. */
export const rowidsChanged: Rule = {
  code: 'ROWIDS_CHANGED',
  severity: 'error',
  standing: 'acknowledged',
  stage: 'replay',
  meaning:
    'After a migration a full-text index no longer finds the rows of a table by their rowids.',
  problem:
    'A table without INTEGER PRIMARY KEY gets other rowids when it is made anew, and sometimes by VACUUM. A full-text index with ' +
    'the table as its content goes on under the old ones: a search answers with other rows, and `PRAGMA integrity_check` says ok.',
  solution:
    "Copy `rowid` in a rebuild, or use `ctx.rebuild`, which does it. Behind VACUUM, or where rowids are to change, make the index anew: `INSERT INTO search (search) VALUES ('rebuild')`.",
  *check(subject) {
    for (const { step, fact } of factsOf(subject, 'rowids-changed')) {
      const { at: place, table, index } = fact
      const at = stepPosition(place, step.migration, subject.settings.root)
      const anew = `make the index anew behind it: \`${refill(index)};\``
      const remedy = /^vacuum/i.test(place.statement ?? '')
        ? `Give ${table} an INTEGER PRIMARY KEY, or ${anew}`
        : `Copy \`rowid\` as well (\`INSERT INTO … (rowid, …) SELECT rowid, …\`), use \`ctx.rebuild\`, or ${anew}`
      yield {
        at,
        message: `${halfName(step.version, place.direction, at)} gives rows of ${table} other rowids${inStatement(place)}, and the full-text index ${index} looks for the old ones: a search answers with other rows.`,
        fix: `${remedy}. If the application makes it anew itself, say so: ${ignoreComment('ROWIDS_CHANGED', step.migration)}.`,
      }
    }
  },
}
