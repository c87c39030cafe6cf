// A migration works on another database than its own, without declaring it.
import { CLIENTS } from '../../loading/acts-outside.js'
import { isInMemory, readReaching } from '../../sql/read-reaching.js'
import { staticImports } from '../source/imports.js'
import { nodePlace, statementPlace } from '../subject/place.js'
import type { Finding, FoundStatement, Rule, Script, Subject } from '../subject/rule.js'
import { shortSql } from '../../sql/one-line.js'

/**
 * An import of a client, and an ATTACH. A database in memory does not count, and a migration with `effects` has declared it.
 * Helpers cannot be attributed to a migration.
 */
export const otherDatabase: Rule = {
  code: 'OTHER_DATABASE',
  severity: 'info',
  *check(subject) {
    for (const script of subject.scripts) yield* importedClients(script, subject)
    for (const statement of subject.statements) {
      if (statement.migration?.effects || !attachesFile(statement)) continue
      const at = statementPlace(statement)
      yield {
        at,
        message: `${at.file} reaches another database with \`${shortSql(statement.text)}\`: what it does there is not tried, and not undone if the step fails.`,
        fix: FIX,
      }
    }
  },
}

const FIX =
  "Declare it: `effects: 'reason'`, in SQL `-- effects: reason`; and make the step cope with an empty database."

function* importedClients(script: Script, { reading }: Subject): Generator<Finding> {
  const own = reading.migrations.filter(({ file }) => file.path === script.path)
  if (own.length > 0 && own.every(({ effects }) => effects)) return
  for (const { specifier, node } of staticImports(script)) {
    if (!CLIENTS.test(specifier)) continue
    yield {
      at: nodePlace(script, node),
      message: `${script.file} imports the client '${specifier}', which can open other databases; ${inReplay(specifier)}.`,
      fix: FIX,
    }
  }
}

/** What the wall around the replay does about a client. */
function inReplay(client: string): string {
  if (WEB_ASSEMBLY.test(client))
    return 'it is SQLite in WebAssembly, which a replay cannot keep away from files: whatever the step does there, each replay does too'
  return STOOD_IN.test(client)
    ? 'a replay gives it empty ones in memory'
    : 'a replay does not let it open any'
}

const WEB_ASSEMBLY = /^sql\.js$|wasm|^wa-/

const STOOD_IN = /^(?:better-sqlite3|node:sqlite)$/

function attachesFile({ shape, text }: FoundStatement): boolean {
  const attaches = shape.kind === 'other' && shape.words[0] === 'attach'
  const reaching = attaches ? readReaching(text) : null
  return reaching?.kind === 'attach' && !(reaching.path !== null && isInMemory(reaching.path))
}
