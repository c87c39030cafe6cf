// Compares the schema that was found with what the registry, or a schema given, says of the applied version. Pure.
import type { Registry } from '../model/registry.js'
import type { Status } from '../model/report.js'
import type { Verification } from '../model/verification.js'
import { diffSchemas } from '../schema/diff-schema.js'
import { schemaWithout } from '../schema/ignored-objects.js'
import { diffDigests, historyUpTo, type History } from '../schema/schema-digest.js'
import type { SchemaLook } from '../schema/schema-view.js'
import type { Schema } from '../schema/schema.js'

/** What the comparison of schemas adds to a verification. */
export type Compared = Pick<Verification, 'differences' | 'comparedWith' | 'compared'> & {
  /** The objects that the history has ever made; undefined when nothing tells. */
  readonly owned: ReadonlySet<string> | undefined
}

const NOT_COMPARED: Compared = {
  differences: [],
  comparedWith: null,
  compared: 0,
  owned: undefined,
}

/** Compares with what `expected` answers, else with the registry's digests; not at all where the version is unknown. */
export function compareSchema<H>(
  registry: Registry<H>,
  { state, version, latest }: Status,
  look: SchemaLook,
  expected: ((version: number) => Schema | undefined) | undefined,
): Compared {
  if (state === 'unmanaged' || version > latest) return NOT_COMPARED
  const history = historyUpTo(registry, version, look.ignores)
  const wanted = expected?.(version)
  if (wanted) return compareWhole(schemaWithout(wanted, look.ignores), history, look.schema)
  if (!history) return NOT_COMPARED
  return {
    differences: diffDigests(history, look.schema),
    comparedWith: 'digests',
    compared: history.objects.size,
    owned: history.known,
  }
}

function compareWhole(wanted: Schema, history: History | undefined, schema: Schema): Compared {
  const owned = new Set([...wanted.keys(), ...(history?.known ?? [])])
  return {
    differences: diffSchemas(wanted, schema).filter(({ object }) => owned.has(object)),
    comparedWith: 'schema',
    compared: wanted.size,
    owned,
  }
}
