// A migration uses a feature that the project's oldest SQLite does not support.
import { versionId } from '../../../src/model/version.js'
import { dependsOnSqlite } from '../../alter/made-statements.js'
import { newerIn } from '../source/sqlite-features.js'
import { isDeclared } from '../subject/declared-place.js'
import { statementPlace } from '../subject/place.js'
import type { Finding, FoundStatement, Rule, Subject } from '../subject/rule.js'

/** Silent unless the settings have a `minimumSqlite`. Checks both sides, including views and triggers. */
export const sqliteTooNew: Rule = {
  code: 'SQLITE_TOO_NEW',
  severity: 'error',
  override: 'acknowledged',
  *check({ statements, settings }) {
    const oldest = settings.minimumSqlite
    if (oldest === null) return
    for (const statement of statements) {
      const newer = newerIn(statement.text, oldest)
      if (newer.length === 0) continue
      const list = newer.map(({ what, since }) => `${what} (SQLite ${since})`).join(', ')
      const but = `, but the settings promise that the migrations run on SQLite ${oldest}.`
      const raise = `raise \`minimumSqlite\` to '${newer[0]?.since ?? oldest}'.`
      const at = statementPlace(statement)
      yield isMade(statement)
        ? {
            at: statement.migration.up!.position,
            ...madeBefore({ statement, list, but, raise }, settings),
          }
        : { at, message: `${at.file} uses ${list}${but}`, fix: `Rewrite it without, or ${raise}` }
    }
  },
}

/** Whether it was generated: a declaration is expanded differently for another `minimumSqlite`. */
const isMade = ({ migration, direction, text }: FoundStatement): boolean =>
  isDeclared(migration, direction) && dependsOnSqlite(text)

/** The expansion of a declared change in the registry stays, since it may have shipped. */
function madeBefore(
  {
    statement: { migration },
    list,
    but,
    raise,
  }: Readonly<Record<'list' | 'but' | 'raise', string>> & { readonly statement: FoundStatement },
  { released }: Subject['settings'],
): Pick<Finding, 'message' | 'fix'> {
  const { version, file } = migration
  const fix =
    released === undefined
      ? `If version ${versionId(version)} has not shipped, say so in the configuration: set \`released\` to the newest version that has, 0 for none, and run \`lockstep gen\`, which then regenerates its steps. If it has, ${raise}`
      : `Run \`lockstep gen\`, which regenerates its steps, or ${raise}`
  return {
    message: `The steps that the registry has for \`alter\` in ${file.file} use ${list}${but}`,
    fix,
  }
}
