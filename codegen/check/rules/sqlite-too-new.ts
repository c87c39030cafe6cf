// A migration uses what the oldest SQLite of the project does not understand.
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'
import { compareVersions } from '../../sql/compare-sqlite.js'
import { featuresOf } from '../source/sqlite-features.js'

/** Silent unless the settings name a `minimumSqlite`. Looks at both sides, views and triggers included. */
export const sqliteTooNew: Rule = {
  code: 'SQLITE_TOO_NEW',
  severity: 'error',
  override: 'acknowledged',
  stage: 'migrations',
  *check({ statements, settings }) {
    const oldest = settings.minimumSqlite
    if (oldest === null) return
    for (const statement of statements) {
      const newer = featuresOf(statement.text).filter(
        ({ since }) => compareVersions(since, oldest) > 0,
      )
      if (newer.length === 0) continue
      const at = statementPlace(statement)
      const list = newer.map(({ what, since }) => `${what} (SQLite ${since})`).join(', ')
      yield {
        at,
        message: `${at.file} uses ${list}, but the settings promise that the migrations run on SQLite ${oldest}.`,
        fix: `Write it without, or raise \`minimumSqlite\` to '${newer[0]?.since ?? oldest}'.`,
      }
    }
  },
}
