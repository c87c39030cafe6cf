// What somebody made by hand and undoing breaks: it stays, and what writes to a table fails with it. Pure.
import type { Losses } from '../../model/losses.js'
import type { History } from '../../schema/schema-digest.js'
import type { SchemaLook } from '../../schema/schema-view.js'
import { writesOf } from '../../schema/stopped-writes.js'

/** The triggers that compiled before, and with which writes to the history's tables fail now. */
export const brokenObjects = (
  { known }: Pick<History, 'known'>,
  before: Pick<SchemaLook, 'broken'>,
  now: Pick<SchemaLook, 'broken'>,
): Losses['broken'] =>
  [...now.broken].flatMap(([object, { stops, reason }]) => {
    const writes = writesOf(known, stops)
    const isNew = !known.has(object) && !before.broken.has(object) && writes.length > 0
    return isNew ? [{ object, writes, reason }] : []
  })
