// Which objects of a schema belong to a history: all that it ever makes, and all that applied steps made of which it no
// longer knows. Everything else belongs to others. Pure.
import type { Registry } from '../model/registry.js'
import { historyUpTo, type History } from './schema-digest.js'
import type { Schema } from './schema.js'

/** What decides, beside the registry, what belongs to its history. */
export interface Owning {
  /** Objects, as `table users`, that applied steps made, as the records of these steps say. */
  readonly made?: Iterable<string>
  /** Objects that never count. */
  readonly ignored?: (object: string) => boolean
}

/**
 * What a history makes up to `version`, like `historyUpTo`; `known` holds what later versions of the registry make and what
 * is in `made` as well, so that `diffDigests` finds each of these objects `added` where it is there. Undefined where the
 * registry has no digests up to this version.
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

/** The objects of a schema that do not belong to the history: those of others, or of applied steps that have no record. */
export const objectsOfOthers = ({ known }: Pick<History, 'known'>, schema: Schema): string[] =>
  [...schema.keys()].filter((object) => !known.has(object))
