// Compares the schema that was found with what the registry, or a schema given, says of the applied version. Pure.
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Status } from '../model/report.js'
import type { SchemaDifference, Verification } from '../model/verification.js'
import { sideOf } from '../plan/scripts.js'
import { diffSchemas } from '../schema/diff-schema.js'
import { schemaWithout } from '../schema/ignored-objects.js'
import { diffDigests, historyUpTo, isLeftBy, type History } from '../schema/schema-digest.js'
import type { OwnSchema } from '../schema/schema-view.js'
import type { Schema } from '../schema/schema.js'

/** What the comparison of schemas adds to a verification. */
export type Compared = Pick<Verification, 'differences' | 'comparedWith' | 'compared'> & {
  /** The objects that the history has ever made; undefined when nothing tells. */
  readonly owned: ReadonlySet<string> | undefined
  /** Objects that pending versions make or change and that are so already, by version. */
  readonly early: ReadonlyMap<number, readonly string[]>
  /** Whether nothing tells what the schema should be. */
  readonly isUnknown: boolean
}

const NOT_COMPARED: Compared = {
  differences: [],
  comparedWith: null,
  compared: 0,
  owned: undefined,
  early: new Map(),
  isUnknown: false,
}

/**
 * Compares with what `expected` answers, else with the registry's digests; not at all where the code does not know what was
 * applied.
 */
export function compareSchema<H>(
  registry: Registry<H>,
  { state, version, latest, problems }: Status,
  look: OwnSchema,
  expected: ((version: number) => Schema | undefined) | undefined,
): Compared {
  const isAnother = problems.some(
    ({ code }) => code === 'HISTORY_ANOTHER' || code === 'HISTORY_RENUMBERED',
  )
  if (state === 'unmanaged' || version > latest || isAnother) return NOT_COMPARED
  const history = historyUpTo(registry, version, look.ignores)
  const wanted = expected?.(version)
  const compared = wanted
    ? compareWhole(schemaWithout(wanted, look.ignores), history, look.schema)
    : history && compareDigests(history, look.schema)
  if (!compared) return { ...NOT_COMPARED, isUnknown: true }
  return {
    ...compared,
    isUnknown: false,
    early: earlyObjects(registry.slice(version), look.schema, compared),
  }
}

/** What would be in the way of pending versions, each object for the first that touches it. */
function earlyObjects<H>(
  pending: Registry<H>,
  schema: Schema,
  { owned, differences }: Known,
): Compared['early'] {
  const seen = new Set(owned)
  const differing = new Set(differences.map(({ object }) => object))
  const early = new Map<number, string[]>()
  for (const [index, entry] of pending.entries()) {
    const isThere = (key: string): boolean =>
      seen.has(key)
        ? differing.has(key) && isLeftBy(pending.slice(index), key, schema)
        : schema.has(key)
    const made = Object.entries(entry.schemaChanges ?? {}).filter(
      ([key, digest]) => digest !== null && isThere(key),
    )
    for (const key of Object.keys(entry.schemaChanges ?? {})) seen.add(key)
    if (made.length > 0 && !looksFirst(entry))
      early.set(
        entry.version,
        made.map(([key]) => key),
      )
  }
  return early
}

/** Whether a step is prepared for what is there already: it says so, or its code looks, or lives with what fails. */
export function looksFirst<H>(entry: RegistryEntry<H>): boolean {
  const side = sideOf(entry, 'up')
  if (!side) return false
  return 'scripts' in side ? EXISTS.test(side.scripts.join(';')) : codeLooksFirst(String(side.code))
}

/** The same of the text of code. */
export const codeLooksFirst = (code: string): boolean => EXISTS.test(code) || LOOKS.test(code)

const EXISTS = /if\s*(?:not\s*)?exists\b/i
const LOOKS =
  /sqlite_(?:master|schema)|table_x?info|\.columns\(|already exists|duplicate column|\bcatch\b(?![^]*\bthrow\b)/i

/**
 * Of the objects that a version makes, changes or removes, those that are not as the version before leaves them, be it
 * that a part of it is done. None where the registry does not tell.
 */
export function touchedObjects<H>(
  registry: Registry<H>,
  version: number,
  { schema, ignores }: OwnSchema,
): string[] {
  const history = historyUpTo(registry, version - 1, ignores)
  if (!history) return []
  const changed = new Map(
    diffDigests(history, schema).map(({ object, change }) => [object, change]),
  )
  const isTouched = (key: string): boolean =>
    changed.has(key) || (!history.known.has(key) && schema.has(key))
  return Object.keys(registry[version - 1]?.schemaChanges ?? {})
    .filter(isTouched)
    .map((key) => key + (SUFFIXES[changed.get(key) ?? 'added'] ?? ''))
}

const SUFFIXES: { readonly [K in SchemaDifference['change']]?: string } = {
  lost: ' (gone)',
  changed: ' (changed)',
}

/**
 * How the objects that a version makes, changes or removes differ from what it leaves, in a history that goes up to `to`; what is
 * as a later version leaves it has been through this one. Null where the registry does not tell.
 */
export function lackingObjects<H>(
  registry: Registry<H>,
  version: number,
  { schema, ignores }: OwnSchema,
  to = version,
): SchemaDifference[] | null {
  const changes = registry[version - 1]?.schemaChanges
  const history = historyUpTo(registry, to, ignores)
  if (!changes || !history || to > registry.length) return null
  const later = registry.slice(to)
  return diffDigests(history, schema).filter(
    ({ object }) => object in changes && !isLeftBy(later, object, schema),
  )
}

type Known = Omit<Compared, 'early' | 'isUnknown'>

const compareDigests = (history: History, schema: Schema): Known => ({
  differences: diffDigests(history, schema),
  comparedWith: 'digests',
  compared: history.objects.size,
  owned: history.known,
})

function compareWhole(wanted: Schema, history: History | undefined, schema: Schema): Known {
  const owned = new Set([...wanted.keys(), ...(history?.known ?? [])])
  return {
    differences: diffSchemas(wanted, schema).filter(({ object }) => owned.has(object)),
    comparedWith: 'schema',
    compared: wanted.size,
    owned,
  }
}
