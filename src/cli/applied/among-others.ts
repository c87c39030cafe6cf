// Finds what undoing does to objects that its history has not created. Pure.
import type { Losses } from '../../model/losses.js'
import { objectsOfOthers } from '../../schema/owned-objects.js'
import type { History } from '../../schema/schema-digest.js'
import type { SchemaLook } from '../../schema/schema-view.js'
import { writesOf } from '../../schema/stopped-writes.js'

/** Which history creates an object, keyed like `table users`. */
export type MadeBeside = ReadonlyMap<string, string>

/** The schema before and after, and the objects of other histories. */
interface Passage {
  readonly before: SchemaLook
  readonly now: SchemaLook
  readonly beside: MadeBeside
}

/** The objects that are lost or broken, and the histories that create them. */
export function amongOthers(
  owned: Pick<History, 'known'>,
  { before, now, beside }: Passage,
): Pick<Losses, 'objects' | 'broken' | 'makers'> {
  const others = objectsOfOthers(owned, before.schema)
  const objects = others.filter((object) => !now.schema.has(object))
  const broken = brokenObjects(owned, before, now)
  const lost = new Set([...objects, ...broken.map(({ object }) => object)])
  const makers = Object.fromEntries([...beside].filter(([object]) => lost.has(object)))
  return { objects, broken, ...(Object.keys(makers).length > 0 && { makers }) }
}

const ANY = { has: () => true }

/** The views and triggers that compiled before and no longer do, and the writes that fail with them, to anyone's tables. */
const brokenObjects = (
  { known }: Pick<History, 'known'>,
  before: Pick<SchemaLook, 'broken'>,
  now: Pick<SchemaLook, 'broken'>,
): Losses['broken'] =>
  [...now.broken].flatMap(([object, { stops, reason }]) => {
    const isNew = !known.has(object) && !before.broken.has(object)
    return isNew ? [{ object, writes: writesOf(ANY, stops), reason }] : []
  })
