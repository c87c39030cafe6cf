// Finds migrations that may do something else in each database, as far as their text shows. Pure.
import { mentions } from '../../../src/plan/inspect-sql.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { executedTexts } from '../../check/source/executed-texts.js'
import { unsteadySql } from '../../check/source/unsteady-sql.js'
import type { RegistryItem } from '../../model/registry-item.js'
import type { Withheld } from '../../model/snapshot-proof.js'

/** The first such migration, and why; null if there is none. `ledger` is the table of the history. */
export function snapshotObstacle(items: readonly RegistryItem[], ledger: string): Withheld | null {
  for (const { migration } of items) {
    const { up, version, alter } = migration
    const texts =
      up?.kind === 'sql' ? up.pieces.map(({ text }) => text) : up ? executedTexts(up) : null
    if (!texts && !alter)
      return {
        withheld: 'it does more than run its own SQL, and may do something else in each database',
        version,
      }
    const reads =
      dependenceIn((texts ?? []).flatMap(splitStatements).map(({ text }) => text)) ??
      (texts?.some((text) => mentions(text, ledger)) ? ledger : undefined)
    if (reads) return { withheld: `what \`${reads}\` returns may be different there`, version }
  }
  return null
}

/** What a step reads that differs elsewhere. Defaults, triggers and views only take effect later. */
function dependenceIn(texts: readonly string[]): string | undefined {
  for (const [at, text] of texts.entries()) {
    if (/^CREATE\b(?!.*\bAS\s+(?:SELECT|WITH|VALUES)\b)/is.test(text)) continue
    const found = unsteadySql(text)?.text ?? CONNECTION.exec(text)?.[0]
    if (found !== undefined) return found
    // After an INSERT of the step itself, it is the step's own rowid.
    if (
      /\blast_insert_rowid\b/i.test(text) &&
      !/\b(?:insert|replace)\b/i.test(texts.slice(0, at).join(' '))
    )
      return 'last_insert_rowid()'
  }
  return undefined
}

const CONNECTION =
  /\bpragma_\w+|\bsqlite_(?:version|source_id|compileoption\w*)\b|\bsqlite_(?:temp_)?(?:schema|master)\b|\b(?:total_)?changes(?=\s*\()|\b_migrations\w*/i
