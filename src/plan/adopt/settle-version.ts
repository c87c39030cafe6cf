// Settles the version to record by comparing it, however it was found, with the schema of the database. Pure.
import {
  adoptDigestsMissing,
  adoptNameDiffers,
  adoptSchemaAmbiguous,
  adoptSchemaDiffers,
  adoptSchemaForeign,
  adoptUnrecognized,
  adoptVersionDiffers,
  type NamedVersion,
} from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Adoption, AdoptOptions } from '../../model/adoption.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import type { SchemaDifference } from '../../model/verification.js'
import { diffSchemas } from '../../schema/diff-schema.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Schema } from '../../schema/schema.js'
import type { OwnSchema } from '../../schema/schema-view.js'
import { misnamedRows } from './map-rows.js'
import { differencesFrom, recognizeSchema, type Recognition } from './recognize-schema.js'
import { toldVersion, type Told, type ToldVersion } from './told.js'

/** Options, with the whole schema of versions if it is known, so that differences are reported column by column. */
export interface Compared extends AdoptOptions {
  readonly expected?: ((version: number) => Schema | undefined) | undefined
}

/** The version to record, and what the schema says about it. */
export type Settled = Pick<Adoption, 'version' | 'source' | 'schema' | 'forced'>

/**
 * The version that was given, if the schema matches it or `force` is set; if none was given, the one that the schema shows.
 * Throws `ADOPT_VERSION_DIFFERS` and `ADOPT_NAME_DIFFERS`; `ADOPT_SCHEMA_FOREIGN`, `ADOPT_SCHEMA_DIFFERS` and
 * `ADOPT_SCHEMA_AMBIGUOUS` if neither the schema nor rows that can only be counted show one; without digests in the registry
 * `ADOPT_UNRECOGNIZED` if no version was given, otherwise `ADOPT_DIGESTS_MISSING`; and what `toldVersion` throws.
 */
export function settleVersion<H>(
  registry: Registry<H>,
  told: Told<H>,
  own: OwnSchema,
  options: Compared,
): Settled {
  const claim = toldVersion(registry, told, options)
  const recognition = recognizeSchema(registry, own.schema, own.ignores)
  if (!recognition) return unproven(told, claim, options)
  const compare = (one: number) => compareWith(registry, one, own, options.expected?.(one))
  const version = claim.version ?? recognized(registry, { ...told, ...claim }, recognition, compare)
  const differences = compare(version)
  const source = sourceOf(told, { ...claim, version }, options)
  // If anything of the history exists, migrating from nothing would fail.
  if (differences.length > 0 && (options.force !== true || version === 0))
    throw differing(registry, recognition, {
      source,
      // A table in no known layout is not read unless it is named.
      against: told.mapped.length > 0 && told.layout !== 'table' ? told.table : null,
      isCounted: told.by === 'position' && options.by === undefined && source === told.table,
      version,
      differences,
    })
  checkUnproven(registry, told, recognition, options)
  const rows = new Set(told.mapped.map(({ entry }) => entry.version))
  return {
    version,
    source,
    forced: differences.length > 0,
    schema: {
      compared: own.schema.size - recognition.foreign.length,
      foreign: recognition.foreign,
      alike: differences.length > 0 ? [] : recognition.fitting.filter((one) => one !== version),
      traceless: recognition.traceless.filter((one) => one <= version && !rows.has(one)),
      differences,
    },
  }
}

/** What the schema cannot show must not be doubtful in other ways, unless a person has said how to read it. */
function checkUnproven<H>(
  registry: Registry<H>,
  { described, mapped, by, table }: Told<H>,
  { fitting, traceless }: Recognition,
  options: Compared,
): void {
  if (options.force === true || options.by !== undefined) return
  const last = mapped.at(-1)?.entry.version ?? 0
  if (by === 'position' && options.at === undefined && fitting.some((one) => one < last))
    throw new LockstepError(adoptSchemaAmbiguous(named(registry, fitting), { unnamed: table }))
  if (by !== 'number' || described === true) return
  const isShown = ({ version }: RegistryEntry<H>): boolean =>
    !traceless.includes(version) && !fitting.some((one) => one < version)
  const doubtful = misnamedRows(mapped).find(({ entry }) => !isShown(entry))
  if (doubtful) throw new LockstepError(adoptNameDiffers(doubtful.row.label, doubtful.entry))
}

function unproven<H>(
  told: Told<H>,
  { version, least }: ToldVersion,
  options: AdoptOptions,
): Settled {
  const { from, fromTable, force } = options
  if (version !== null && force === true) {
    const source = sourceOf(told, { version, least }, options)
    return { version, source, schema: null, forced: true }
  }
  const isNothingTold = version === null && from === undefined && fromTable === undefined
  throw new LockstepError(isNothingTold ? adoptUnrecognized() : adoptDigestsMissing())
}

/** The one version that the schema shows; if it shows none that the rows allow, the one that these reach. */
function recognized<H>(
  registry: Registry<H>,
  { least, hint }: ToldVersion & Pick<Told<H>, 'hint'>,
  { fitting, nearest, foreign }: Recognition,
  compare: (version: number) => readonly SchemaDifference[],
): number {
  const [version, ...others] = fitting.filter((one) => one >= least)
  if (version === 0) throw new LockstepError(adoptSchemaForeign(foreign))
  if (version !== undefined && others.length > 0)
    throw new LockstepError(adoptSchemaAmbiguous(named(registry, [version, ...others]), { hint }))
  if (version !== undefined || least > 0) return version ?? least
  const differences = compare(nearest[0]!)
  const lines = renderDifferences(differences)
  throw new LockstepError(adoptSchemaDiffers(named(registry, nearest), lines, differences))
}

/** How the schema differs from that of a version, with details if the latter is known in full. */
function compareWith<H>(
  registry: Registry<H>,
  version: number,
  { schema, ignores }: OwnSchema,
  expected: Schema | undefined,
): readonly SchemaDifference[] {
  const differences = differencesFrom(registry, version, schema, ignores)
  const details = expected ? diffSchemas(expected, schema) : []
  return differences.map((one) => details.find(({ object }) => object === one.object) ?? one)
}

interface Claim {
  readonly source: string
  /** The table that would go on contradicting another version. */
  readonly against: string | null
  readonly isCounted: boolean
  readonly version: number
  readonly differences: readonly SchemaDifference[]
}

function differing<H>(
  registry: Registry<H>,
  recognition: Recognition,
  { version, differences, ...said }: Claim,
): LockstepError {
  const [title] = named(registry, [version])
  return new LockstepError(
    adoptVersionDiffers(said, title!, renderDifferences(differences), {
      fitting: named(registry, recognition.fitting),
      nearest: named(registry, recognition.nearest),
      differences,
    }),
  )
}

/** Where the version came from: the table may not reach as far as the schema or the caller says. */
function sourceOf<H>(
  { layout, table }: Told<H>,
  { version, least }: { readonly version: number; readonly least: number },
  { at }: AdoptOptions,
): string {
  const isRead = layout !== 'version' && layout !== 'schema'
  if (isRead && version === least) return table ?? layout
  return at === undefined ? 'schema' : '--at'
}

const named = <H>(registry: Registry<H>, versions: readonly number[]): readonly NamedVersion[] =>
  versions.map((version) => registry[version - 1] ?? { version: 0, name: 'nothing applied' })
