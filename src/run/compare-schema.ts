// Compares the actual schema with what the registry, or a given schema, says about the applied version. Pure.
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Status } from '../model/report.js'
import type { SchemaDifference, Verification } from '../model/verification.js'
import { sideOf } from '../plan/scripts.js'
import { diffSchemas } from '../schema/diff-schema.js'
import { schemaWithout } from '../schema/ignored-objects.js'
import { diffDigests, historyUpTo, isLeftBy, type History } from '../schema/schema-digest.js'
import type { OwnSchema } from '../schema/schema-view.js'
import type { Schema } from '../schema/schema.js'

/** What the schema comparison adds to a verification. */
export type Compared = Pick<Verification, 'differences' | 'comparedWith' | 'compared'> & {
  /** Every object that the history has ever created; undefined when that is unknown. */
  readonly owned: ReadonlySet<string> | undefined
  /** Objects of pending versions that already exist, or have already been changed, by version. */
  readonly early: ReadonlyMap<number, readonly string[]>
  /** Whether there is nothing that says what the schema should be. */
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
 * Compares with the schema that `expected` returns, otherwise with the registry's digests; does not compare at all if the code
 * does not know what was applied.
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

/** The objects that would get in the way of pending versions, each listed for the first version that touches it. */
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

/**
 * Whether a step is prepared for objects that already exist: its SQL says IF [NOT] EXISTS, or its code checks or tolerates the
 * failure.
 */
export function looksFirst<H>(entry: RegistryEntry<H>): boolean {
  const side = sideOf(entry, 'up')
  if (!side) return false
  return 'scripts' in side ? EXISTS.test(side.scripts.join(';')) : codeLooksFirst(String(side.code))
}

/** Like `looksFirst`, for the source text of code. */
export const codeLooksFirst = (code: string): boolean => EXISTS.test(code) || LOOKS.test(code)

const EXISTS = /if\s*(?:not\s*)?exists\b/i
const LOOKS =
  /sqlite_(?:master|schema)|table_x?info|\.columns\(|already exists|duplicate column|\bcatch\b(?![^]*\bthrow\b)/i

/**
 * The objects a version creates, changes or removes that are not as the previous version leaves them, for example because part of
 * the version has already run. Empty if the registry has no digests.
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
 * How the objects that a version creates, changes or removes differ from what it leaves behind, in a history that goes up to
 * `to`; an object that is as a later version leaves it has been through this one. Null if the registry has no digests.
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
