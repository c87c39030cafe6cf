// The last applied version according to the rows of another tool, or to the caller. Pure.
import { adoptContradiction, adoptGap } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { targetUnknown } from '../../errors/usage.js'
import type { Adoption, AdoptOptions } from '../../model/adoption.js'
import type { Registry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import type { MappedRows } from './map-rows.js'

/** What is known apart from the schema. */
export interface Told<H> extends MappedRows<H> {
  readonly layout: Adoption['layout']
  /** The table that was read; null if there is none. */
  readonly table: string | null
  /** How the table was read, if it is a log. */
  readonly log?: Adoption['log']
  /** The titles of its rows are sentences, which need not be names. */
  readonly described?: boolean
  /** The value of `user_version` if it was not asked for: it may belong to these migrations or to any program. */
  readonly hint?: number
}

/** What a table or the caller says: `version` is null if only the schema can tell it, which is at least `least`. */
export interface ToldVersion {
  readonly version: number | null
  readonly least: number
}

/**
 * The version that is said to be applied last. A program that registered its migrations by hand may have begun to write rows
 * late, or have left some out: if rows are missing between others, only the schema can tell. Throws `TARGET_UNKNOWN`, `ADOPT_GAP`
 * for tools that write every row, and `ADOPT_CONTRADICTION` if rows go beyond `at`.
 */
export function toldVersion<H>(
  registry: Registry<H>,
  { layout, mapped }: Told<H>,
  { at }: AdoptOptions,
): ToldVersion {
  const last = mapped.at(-1)
  const least = last?.entry.version ?? 0
  if (at !== undefined) {
    if (at !== 0 && !registry[at - 1]) throw new LockstepError(targetUnknown(at, registry.length))
    if (last && least > at) throw new LockstepError(beyond(last.row.label, least, at))
    return { version: at, least }
  }
  if (layout === 'schema') return { version: null, least }
  const present = new Set(mapped.map(({ entry }) => entry.version))
  const missing = Array.from({ length: least }, (_, index) => index + 1).filter(
    (version) => !present.has(version),
  )
  if (missing.length > 0 && layout !== 'table')
    throw new LockstepError(adoptGap(missing, least, layout))
  const isWhole = (missing.at(-1) ?? 0) < (mapped[0]?.entry.version ?? 1)
  return { version: isWhole ? least : null, least }
}

const beyond = (row: string, version: number, at: number) =>
  adoptContradiction(
    row,
    `it stands for ${versionId(version)}`,
    `${versionId(at)} was given as the last version`,
  )
