// Finds out by its schema what is applied to a database. Never writes.
import type { Work } from '../../database/outcome.js'
import {
  adoptDigestsMissing,
  adoptSchemaAmbiguous,
  adoptSchemaDiffers,
  adoptSchemaForeign,
  adoptUnrecognized,
} from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { AdoptOptions } from '../../model/adoption.js'
import type { Registry } from '../../model/registry.js'
import { rowsUpTo, type Findings } from '../../plan/adopt/plan-adopt.js'
import { differencesFrom, recognizeSchema } from '../../plan/adopt/recognize-schema.js'
import { ignoredObjects, schemaWithout } from '../../schema/ignored-objects.js'
import { readSchema } from '../../schema/read-schema.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Schema } from '../../schema/schema.js'
import type { Environment } from '../environment.js'

/**
 * What the schema tells. Throws `ADOPT_SCHEMA_FOREIGN`, `ADOPT_SCHEMA_DIFFERS` and `ADOPT_SCHEMA_AMBIGUOUS` where it does
 * not tell one version; without digests in the registry `ADOPT_DIGESTS_MISSING` when the schema was asked for by name,
 * else `ADOPT_UNRECOGNIZED`.
 */
export function* recognizeApplied<H>(
  env: Environment<H>,
  registry: Registry<H>,
  { from }: AdoptOptions,
): Work<Omit<Findings<H>, 'renames'>> {
  const { schema, ignores } = yield* readOwn(env)
  const recognition = recognizeSchema(registry, schema, ignores)
  if (!recognition)
    throw new LockstepError(from === 'schema' ? adoptDigestsMissing() : adoptUnrecognized())
  const { fitting, nearest, traceless, foreign } = recognition
  const [version, ...others] = fitting
  if (version === undefined) {
    const differences = differencesFrom(registry, nearest[0]!, schema, ignores)
    const entries = nearest.map((one) => registry[one - 1]!)
    throw new LockstepError(
      adoptSchemaDiffers(entries, renderDifferences(differences), { differences }),
    )
  }
  if (version === 0) throw new LockstepError(adoptSchemaForeign(foreign))
  if (others.length > 0)
    throw new LockstepError(adoptSchemaAmbiguous(fitting.map((one) => registry[one - 1]!)))
  return {
    layout: 'schema',
    table: null,
    ...rowsUpTo(registry, version),
    schema: {
      compared: schema.size - foreign.length,
      foreign,
      traceless: traceless.filter((one) => one <= version),
    },
  }
}

/** The schema without the ledger and ignored tables, and which objects of the history are ignored as well. */
function* readOwn<H>({ driver, table, options: { ignoreTables = [] } }: Environment<H>): Work<{
  readonly schema: Schema
  ignores(object: string): boolean
}> {
  const whole = yield* readSchema(driver, { ledger: table, ignoreTables: [] })
  const ignores = ignoredObjects(ignoreTables, whole)
  return { schema: schemaWithout(whole, ignores), ignores }
}
