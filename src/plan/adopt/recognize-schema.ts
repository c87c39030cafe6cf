// Recognises the version of a database by the objects in its schema. Pure.
import type { Registry } from '../../model/registry.js'
import type { SchemaDifference } from '../../model/verification.js'
import { diffDigests, historyUpTo, objectDigest } from '../../schema/schema-digest.js'
import type { Schema } from '../../schema/schema.js'

/** What comparing a schema with every version of a registry showed. */
export interface Recognition {
  /** Every version with this schema, in ascending order; 0 if it has nothing that the history ever creates. */
  readonly fitting: readonly number[]
  /**
   * The versions with the fewest differences: the newest from 1 on, and earlier ones with the same schema; empty for an empty
   * registry.
   */
  readonly nearest: readonly number[]
  /** The versions that leave the schema as they find it. */
  readonly traceless: readonly number[]
  /** Objects that the history never creates, like `table Users`, as they are spelled; they do not matter. */
  readonly foreign: readonly string[]
}

/**
 * Compares the objects of a database with those of every version: all objects of a version must exist as it has them, and none
 * that only other versions have. Undefined if the registry was generated without replay, or by a Lockstep with another digest
 * format.
 */
export function recognizeSchema(
  registry: Registry<never>,
  schema: Schema,
  ignored: (object: string) => boolean,
): Recognition | undefined {
  const whole = historyUpTo(registry, registry.length, ignored)
  if (!whole) return undefined
  const counts = countDifferences(registry, schema, whole.known)
  const traceless = registry
    .filter(
      ({ schemaChanges = {} }) => !Object.keys(schemaChanges).some((key) => whole.known.has(key)),
    )
    .map(({ version }) => version)
  return {
    fitting: [...counts.keys()].filter((version) => counts[version] === 0),
    nearest: nearestOf(counts, new Set(traceless)),
    traceless,
    foreign: [...schema]
      .filter(([key]) => !whole.known.has(key))
      .map(([, { type, name }]) => `${type} ${name}`),
  }
}

function nearestOf(
  [, ...counts]: readonly number[],
  traceless: ReadonlySet<number>,
): readonly number[] {
  if (counts.length === 0) return []
  const newest = counts.lastIndexOf(Math.min(...counts)) + 1
  let oldest = newest
  while (traceless.has(oldest) && oldest > 1) oldest -= 1
  return Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index)
}

/** How many objects differ from each version, from 0 on; goes through the changes only once. */
function countDifferences(
  registry: Registry<never>,
  schema: Schema,
  known: ReadonlySet<string>,
): readonly number[] {
  const found = new Map<string, string>()
  for (const key of known) {
    const object = schema.get(key)
    if (object) found.set(key, objectDigest(key, object))
  }
  const differing = new Set(found.keys())
  const counts = [differing.size]
  for (const { schemaChanges = {} } of registry) {
    for (const [key, wanted] of Object.entries(schemaChanges)) {
      if (!known.has(key)) continue
      if ((found.get(key) ?? null) === wanted) differing.delete(key)
      else differing.add(key)
    }
    counts.push(differing.size)
  }
  return counts
}

/** How a schema differs from that of a version, object by object; objects that only other versions have count as added. */
export function differencesFrom(
  registry: Registry<never>,
  version: number,
  schema: Schema,
  ignored: (object: string) => boolean,
): SchemaDifference[] {
  const objects = historyUpTo(registry, version, ignored)?.objects ?? new Map<string, string>()
  const known = historyUpTo(registry, registry.length, ignored)?.known ?? new Set<string>()
  return diffDigests({ objects, known }, schema)
}
