// Plans the change of the ledger that takes a database over: a row for each migration that is already applied. Pure.
import type { Adoption, AdoptOptions } from '../../model/adoption.js'
import type { LedgerState } from '../../model/ledger.js'
import type { Registry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { withReason, type LedgerEdit } from '../ledger-edit.js'
import type { MappedRow } from './map-rows.js'
import type { Settled } from './settle-version.js'
import type { Told } from './told.js'

/** What was found in the database, matched to the registry. */
export interface Findings<H> extends Told<H>, Settled {
  /** The table that has the ledger's name, and its new name. */
  readonly renames: Adoption['renames']
  readonly contradictions: Adoption['contradictions']
}

/** The edit that records what was found. */
export function planAdopt<H>(
  registry: Registry<H>,
  state: LedgerState,
  found: Findings<H>,
  options: AdoptOptions,
): LedgerEdit<H, Adoption> {
  const { layout, table, by, source, version, log = null, renames, schema, contradictions } = found
  const { reason, force } = options
  const forced = found.forced || (force === true && contradictions.length > 0)
  const applied = filledUp(registry, found)
  const head = applied.at(-1)?.entry
  const migrations = applied.map(describe)
  return {
    action: 'adopt',
    answer: {
      layout,
      table,
      by,
      source,
      version,
      migrations,
      log,
      renames,
      schema,
      forced,
      contradictions,
    },
    renames,
    createsLedger: state.kind !== 'ours',
    written: applied.map(({ row, entry }) => ({ entry, appliedAt: row.appliedAt })),
    removed: [],
    log: [
      {
        migration: head ? { version, name: head.name } : null,
        detail: withReason(detailOf({ ...found, forced }, options), reason),
      },
    ],
    version,
  }
}

/** A row for each version up to the one recorded; versions without a row in the table are recorded because of those that have one. */
function filledUp<H>(
  registry: Registry<H>,
  { mapped, version }: Findings<H>,
): readonly MappedRow<H>[] {
  const rows = new Map(mapped.map((one) => [one.entry.version, one]))
  const none = { label: '', number: null, title: null, appliedAt: null }
  return registry.slice(0, version).map((entry) => rows.get(entry.version) ?? { row: none, entry })
}

function detailOf<H>(found: Findings<H>, options: AdoptOptions): string {
  const { version, renames, forced, schema, contradictions } = found
  const applied = version === 0 ? 'nothing is' : `001 to ${versionId(version)} are`
  const objects = schema?.differences.map(({ object }) => object).join(', ')
  const against = objects === undefined ? 'the schema was not compared' : `these differ: ${objects}`
  const force = forced ? `, by force${objects === '' ? '' : `; ${against}`}` : ''
  const otherwise = contradictions.length > 0 ? `, although ${contradictions.join('; ')}` : ''
  return `${origin(found, options)}: ${applied} applied${renames ? `; ${renames.table} is now ${renames.to}` : ''}${force}${otherwise}`
}

function origin<H>(
  { layout, table, by, source, log }: Findings<H>,
  { where }: AdoptOptions,
): string {
  if (layout === 'version' || layout === 'schema')
    return source === '--at' ? 'as given, without a table' : 'recognised by the schema'
  const place = table === null || table === layout ? layout : `${layout} in ${table}`
  const rows = where === undefined ? '' : ` where ${where}`
  const last = log ? `, the latest row of each by ${log.order}` : ''
  return `from ${place}${rows} by ${by}${last}${BEYOND[source] ?? ''}`
}

/** The sources that say more than what was read. */
export const BEYOND: Readonly<Record<string, string>> = {
  '--at': ', beyond that as given',
  schema: ', beyond that by the schema',
}

const describe = <H>({ row, entry }: MappedRow<H>): Adoption['migrations'][number] => ({
  version: entry.version,
  id: versionId(entry.version),
  name: entry.name,
  row: row.label === '' ? null : row.label,
  appliedAt: row.appliedAt,
})
