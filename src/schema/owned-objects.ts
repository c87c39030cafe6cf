// Decides which objects of a schema belong to a history: all that it ever creates, and all that applied steps created which the
// registry no longer knows. Everything else belongs to others. Pure.
import type { Registry } from '../model/registry.js'
import { historyUpTo, type History } from './schema-digest.js'
import type { Schema } from './schema.js'

/** What else, besides the registry, decides what belongs to its history. */
export interface Owning {
  /** Objects, keyed like `table users`, that applied steps created according to their records. */
  readonly made?: Iterable<string>
  /** Objects that never count. */
  readonly ignored?: (object: string) => boolean
}

/**
 * What a history creates up to `version`, like `historyUpTo`; `known` also holds what later versions of the registry create and
 * what is in `made`, so that `diffDigests` reports each of these objects as `added` if it exists. Undefined if the registry has
 * no digests up to this version.
 */
export function ownedAt(
  registry: Registry<never>,
  version: number,
  { made = [], ignored = () => false }: Owning = {},
): History | undefined {
  const history = historyUpTo(registry, version, ignored)
  if (!history) return undefined
  const later = registry
    .slice(version)
    .flatMap(({ schemaChanges = {} }) => Object.keys(schemaChanges))
  const more = [...later, ...made].filter((object) => !ignored(object))
  return { ...history, known: new Set([...history.known, ...more]) }
}

/** The objects of a schema that do not belong to the history: those of others, or of applied steps without a record. */
export const objectsOfOthers = ({ known }: Pick<History, 'known'>, schema: Schema): string[] =>
  [...schema.keys()].filter((object) => !known.has(object))
