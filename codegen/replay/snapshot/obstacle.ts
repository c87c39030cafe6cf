// Migrations that may do something else in each database, as far as their text tells. Pure.
import { splitStatements } from '../../../src/sql/split-statements.js'
import { executedTexts } from '../../check/source/executed-texts.js'
import { unsteadySql } from '../../check/source/unsteady-sql.js'
import type { RegistryItem } from '../../model/registry-item.js'
import type { Withheld } from '../../model/snapshot-proof.js'

/** The first of them, and why; null where there is none. */
export function snapshotObstacle(items: readonly RegistryItem[]): Withheld | null {
  for (const { migration } of items) {
    const { up, version, alter } = migration
    const texts =
      up?.kind === 'sql' ? up.pieces.map(({ text }) => text) : up ? executedTexts(up) : null
    if (!texts && !alter)
      return {
        withheld:
          'it does more than run SQL that stands in it, and may do something else in each database',
        version,
      }
    const reads = (texts ?? []).flatMap(splitStatements).map(dependence).find(Boolean)
    if (reads) return { withheld: `what \`${reads}\` answers may be another thing there`, version }
  }
  return null
}

/** What a statement asks that is another thing elsewhere. What a default, a trigger or a view says is meant for later. */
function dependence({ text }: { readonly text: string }): string | undefined {
  if (/^CREATE\b(?!.*\bAS\s+(?:SELECT|WITH|VALUES)\b)/is.test(text)) return undefined
  return unsteadySql(text)?.text ?? CONNECTION.exec(text)?.[0]
}

const CONNECTION =
  /\bpragma_\w+|\bsqlite_(?:version|source_id|compileoption\w*)\b|\b_migrations\w*/i
