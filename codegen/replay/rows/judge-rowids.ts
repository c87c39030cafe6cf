// Whether a half that makes a table anew, or packs the file, gave its rows other rowids under a full-text index.
import type { RowidsChanged } from '../../evidence.js'
import type { Connection } from './connection.js'
import { externalIndexes, isSound } from './external-indexes.js'
import type { Fate } from './fate.js'
import type { Effect } from './statement-effect.js'
import type { TableImage } from './table-image.js'

/** Silent where the index was made anew behind it: then it fits. */
export function judgeRowids(
  connection: Connection,
  { half, name, before, after, rebuild }: Fate,
): RowidsChanged[] {
  const cause = rebuild?.copy ?? rebuild?.removal ?? half.effects.findLast(isVacuum)
  if (!cause || !hasMoved(before, after)) return []
  const broken = externalIndexes(half.before, name).find((one) => !isSound(connection, one.name))
  if (!broken) return []
  const { table } = after
  return [{ kind: 'rowids-changed', at: cause.place, table: table.name, index: broken.name }]
}

/** VACUUM INTO packs another file. */
const isVacuum = ({ tokens }: Effect): boolean => tokens[0] === 'VACUUM' && !tokens.includes('INTO')

/** Whether more rowids are gone than rows. */
function hasMoved(before: TableImage, after: TableImage): boolean {
  if (before.table.withoutRowid || after.table.withoutRowid) return false
  const kept = new Set(after.rows.map(({ identity }) => identity[0]))
  const gone = before.rows.filter(({ identity }) => !kept.has(identity[0] ?? null))
  return gone.length > Math.max(0, before.count - after.count)
}
