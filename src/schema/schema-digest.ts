// Digests of schemas, which the registry carries so that a database can be compared with it at run time.
import type { Registry } from '../model/registry.js'
import type { SchemaDifference } from '../model/verification.js'
import type { Schema, SchemaObject } from './schema.js'
import { sha256 } from './sha256.js'

/** Version of the canonical form. Digests of other versions are not compared. */
const ALGORITHM = '1'

/** Digests of objects, keyed like `table users`. */
export type ObjectDigests = ReadonlyMap<string, string>

/** What a version changes: the digest of each object that it creates or changes, null for each that it removes. */
export type SchemaChanges = Readonly<Record<string, string | null>>

/** Digest of the meaning of one object: 16 hexadecimal digits. `object` is its key. */
export const objectDigest = (object: string, { meaning }: Pick<SchemaObject, 'meaning'>): string =>
  sha256(`${object}\n${meaning}`).slice(0, 16)

/** Computes digests, and caches those of objects that it has seen. */
export function digestMemo(): typeof objectDigest {
  const seen = new WeakMap<object, string>()
  return (key, object) => {
    const digest = seen.get(object) ?? objectDigest(key, object)
    seen.set(object, digest)
    return digest
  }
}

/** The digests of all objects of a schema. */
export const digestObjects = (schema: Schema): ObjectDigests =>
  new Map([...schema].map(([key, object]) => [key, objectDigest(key, object)]))

/**
 * Digest of a whole schema, regardless of the order of its objects: `1:` and 32 hexadecimal digits. `hash` is SHA-256 of the text
 * in UTF-16, if a faster one is available.
 */
export const schemaDigest = (objects: ObjectDigests, hash: typeof sha256 = sha256): string =>
  digestOfLines([...objects].map(digestLine).sort(), hash)

/** The line of one object in a schema digest. */
export const digestLine = ([key, digest]: readonly [string, string]): string => `${key} ${digest}\n`

/** Digest of a whole schema, from the lines of its objects in ascending order. */
export const digestOfLines = (lines: readonly string[], hash: typeof sha256): string =>
  `${ALGORITHM}:${hash(lines.join('')).slice(0, 32)}`

/** The changes from one schema to the next. Spelling does not count. */
export function schemaChanges(before: Schema, after: Schema): SchemaChanges {
  if (before === after) return {}
  const changes: Record<string, string | null> = {}
  for (const key of before.keys()) if (!after.has(key)) changes[key] = null
  for (const [key, object] of after) {
    if (before.get(key)?.meaning !== object.meaning) changes[key] = objectDigest(key, object)
  }
  return changes
}

/** What a history creates up to one of its versions. */
export interface History {
  /** The objects that exist after it. */
  readonly objects: ObjectDigests
  /** Every object that the history has ever created, including those that it removed again. */
  readonly known: ReadonlySet<string>
}

/**
 * What the history creates up to `version` according to the registry, without ignored objects; undefined if the registry was
 * generated without replay, or by a Lockstep with another digest format.
 */
export function historyUpTo(
  registry: Registry<never>,
  version: number,
  ignored: (object: string) => boolean = () => false,
): History | undefined {
  const objects = new Map<string, string>()
  const known = new Set<string>()
  for (const { schemaDigest: digest, schemaChanges: changes } of registry.slice(0, version)) {
    if (!digest?.startsWith(`${ALGORITHM}:`) || !changes) return undefined
    for (const [key, now] of Object.entries(changes)) {
      if (ignored(key)) continue
      known.add(key)
      if (now === null) objects.delete(key)
      else objects.set(key, now)
    }
  }
  return { objects, known }
}

/** How a schema differs from what a history creates, object by object, without details. Other objects do not matter. */
export function diffDigests(
  { objects, known }: History,
  schema: Schema,
  digestOf: typeof objectDigest = objectDigest,
): SchemaDifference[] {
  const differences: SchemaDifference[] = []
  for (const [key, digest] of objects) {
    const object = schema.get(key)
    if (object && digestOf(key, object) === digest) continue
    differences.push(difference(key, object ? 'changed' : 'lost'))
  }
  for (const key of known) {
    if (!objects.has(key) && schema.has(key)) differences.push(difference(key, 'added'))
  }
  return differences
}

/** Whether one of the versions leaves an object as it was found: then it has been applied, whatever the ledger says. */
export function isLeftBy(versions: Registry<never>, key: string, schema: Schema): boolean {
  const object = schema.get(key)
  const found = object && objectDigest(key, object)
  return versions.some(({ schemaChanges }) => schemaChanges?.[key] === found && found !== undefined)
}

const difference = (object: string, change: SchemaDifference['change']): SchemaDifference => ({
  object,
  change,
  grade: 'differs',
  details: [],
})
