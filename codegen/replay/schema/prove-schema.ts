// Proves a history on a database that contains only what the history makes: what each version does to the schema, that it compiles, that
// its `down` is the inverse, and that a failure leaves nothing behind.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { schemaChanges } from '../../../src/schema/schema-digest.js'
import type { VersionProof } from '../../model/evidence.js'
import type { HistoryRun } from '../sides/history-run.js'
import type { SchemaProof } from '../sides/results.js'
import { schemaTransitionOf } from '../sides/schema-transition.js'
import { proveVersion } from './prove-version.js'
import { runSide } from '../sides/run-side.js'
import { openPass, type SchemaPass } from './schema-pass.js'
import type { Catalog, ViewColumn } from '../../model/catalog.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import { orElse } from '../../../src/model/or-else.js'

/**
 * Applies every version to an empty database and proves those after `provenTo`. The database carries the pure history: whatever a proof
 * does to it is undone, by rolling back or, if that is impossible, by applying the history to another empty database. Ends at the first
 * version that cannot be applied. A migration with `effects` runs once, forward.
 */
export async function proveSchema(run: HistoryRun): Promise<SchemaProof> {
  const pass = await openPass(run)
  try {
    const sqlite = versionOf(pass.current.replay.handle)
    const versions: VersionProof[] = []
    let complete = true
    for (const entry of run.registry.slice(applyKnown(pass))) {
      const proof = await proveVersion(pass, entry)
      if (proof.proof) versions.push(proof.proof)
      complete = proof.goesOn
      if (!complete) break
    }
    const views = viewColumns(pass.current.replay.handle, pass.look.catalog)
    return { versions, complete: complete && pass.isWhole, views, sqlite }
  } finally {
    pass.close()
  }
}

const versionOf = (handle: Database): string =>
  String(handle.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get()?.v)

/**
 * Applies the versions that are proven already and reads only their final schema; returns their number. If objects existed before the
 * history, each step is read separately to tell which are the history's.
 */
function applyKnown(pass: SchemaPass): number {
  const { run, current, look: before } = pass
  if (before.schema.size > 0) return 0
  const known = run.registry.slice(0, run.provenTo)
  const failing = known.findIndex((entry) => {
    run.report(entry.version, 'up')
    return runSide(current.replay, entry, 'up') !== null
  })
  const after = (pass.look = current.read())
  pass.digests.apply(schemaChanges(before.schema, after.schema))
  pass.watch.begin(current.replay, schemaTransitionOf(before, after))
  return failing < 0 ? known.length : failing
}

/** The columns of each view by `view name`; views that do not compile are left out. */
function viewColumns(handle: Database, catalog: Catalog): Record<string, readonly ViewColumn[]> {
  const views: Record<string, readonly ViewColumn[]> = {}
  for (const [key, { type, name }] of catalog) {
    const columns = type === 'view' ? columnsOf(handle, name) : null
    if (columns) views[key] = columns
  }
  return views
}

const columnsOf = (handle: Database, view: string): ViewColumn[] | null =>
  orElse(
    () =>
      handle
        .prepare(`SELECT * FROM ${quoteIdentifier(view)}`)
        .columns()
        .map(({ name, type, table, column }) => ({
          name,
          type,
          origin: table === null || column === null ? null : { table, column },
        })),
    null,
  )
