// What others have made and undoing breaks: it stays, and what reads it, or writes to a table, fails with it. Pure.
import type { Losses } from '../../model/losses.js'
import type { History } from '../../schema/schema-digest.js'
import type { SchemaLook } from '../../schema/schema-view.js'
import { writesOf } from '../../schema/stopped-writes.js'

const ANY = { has: () => true }

/** The views and triggers that compiled before and do not now, and which writes fail with these, to tables of whomever. */
export const brokenObjects = (
  { known }: Pick<History, 'known'>,
  before: Pick<SchemaLook, 'broken'>,
  now: Pick<SchemaLook, 'broken'>,
): Losses['broken'] =>
  [...now.broken].flatMap(([object, { stops, reason }]) => {
    const isNew = !known.has(object) && !before.broken.has(object)
    return isNew ? [{ object, writes: writesOf(ANY, stops), reason }] : []
  })
