// Reads the schema of the database with rows, only after it has changed and only as far as a side can have changed it.
import type { Exclusions } from '../../../src/schema/not-ours.js'
import type { Catalog } from '../../model/catalog.js'
import {
  catalogChanges,
  catalogReader,
  type CatalogLook,
  type ChangeSince,
} from '../catalog/read-catalog.js'
import type { HistoryRun } from '../sides/history-run.js'
import { reachOfSide } from '../sides/side-reach.js'
import type { Connection } from './fill/connection.js'
import { tableGraphOf, type TableGraph } from './fill/table-graph.js'
import type { StepSide } from './watch/observed-run.js'

/** Knows the current schema. */
export interface SituationReader {
  situation(): TableGraph
  /** To be called when a side has run for good: nothing else has changed the schema since it was read. */
  ran(side: StepSide, texts: readonly string[]): void
}

/** Starts without knowing the schema. */
export function situationReader(connection: Connection, run: HistoryRun): SituationReader {
  const exclusions: Exclusions = { ledger: run.table, ignoreTables: run.ignoreTables }
  const reader = catalogReader(connection.handle, exclusions)
  let version: unknown
  let known: TableGraph | undefined
  let look: CatalogLook | undefined
  let since: ChangeSince | undefined
  return {
    situation() {
      const now = connection.single('PRAGMA schema_version')
      if (known && now === version) return known
      version = now
      look = reader.read(since)
      since = undefined
      if (known?.catalog === look.catalog) return known
      return (known = followed(known, look.catalog))
    },
    ran({ entry, direction }, texts) {
      // Such an edit does not change `schema_version`.
      if (texts.some((text) => /writable_schema|sqlite_(?:master|schema)/i.test(text)))
        version = null
      const { schema: by } = reachOfSide(entry, direction)
      since = look && (by === 'adds' || by === 'removes') ? { from: look, by } : undefined
    },
  }
}

/** Drops the history of the previous graph, so that the past is not kept in memory. */
function followed(known: TableGraph | undefined, catalog: Catalog): TableGraph {
  if (!known) return tableGraphOf(catalog)
  const { last: _, ...from } = known
  return tableGraphOf(catalog, { from, changes: catalogChanges(from.catalog, catalog) })
}
