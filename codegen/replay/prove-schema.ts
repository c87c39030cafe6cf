// Proves a history on a database that holds nothing but what the history itself makes: what each version makes of the
// schema, that it compiles, that its down is the inverse, and that a failure leaves nothing behind.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../src/model/registry.js'
import { schemaChanges } from '../../src/schema/schema-digest.js'
import type { Fact, VersionProof } from '../evidence.js'
import { proveFaults } from './faults.js'
import { beyondReach, otherDatabases, withinReach } from './beyond-reach.js'
import type { HistoryRun, SchemaProof } from './history-run.js'
import { proveInverse } from './inverse.js'
import { passageOf } from './passage.js'
import { runHalf } from './run-half.js'
import { lookAfter, openLine, rebuildLine, type SchemaLine } from './schema-line.js'
import { stepFailed } from './step-failed.js'
import { viewColumns } from './view-columns.js'

/**
 * Applies every version to an empty database and proves those after `provenTo`. The database carries the pure history:
 * whatever a proof does to it is undone, by rolling back or, where that is not possible, by applying the history to another
 * empty database. Ends at the first version that cannot be applied. A migration with `effects` runs once, forward.
 */
export async function proveSchema(run: HistoryRun): Promise<SchemaProof> {
  const line = await openLine(run)
  try {
    const sqlite = versionOf(line.current.replay.handle)
    const versions: VersionProof[] = []
    let complete = true
    for (const entry of run.registry.slice(applyKnown(line))) {
      const proof = await proveVersion(line, entry)
      if (proof.proof) versions.push(proof.proof)
      complete = proof.goesOn
      if (!complete) break
    }
    const views = viewColumns(line.current.replay.handle, line.look.catalog)
    return { versions, complete, views, sqlite }
  } finally {
    line.close()
  }
}

const versionOf = (handle: Database): string =>
  String(handle.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get()?.v)

/**
 * Applies the versions that are known to be right, and looks only at what they make in the end; answers how many. With
 * objects that were there before the history, each step must be looked at to tell what is the history's.
 */
function applyKnown(line: SchemaLine): number {
  const { run, current, look: before } = line
  if (before.schema.size > 0) return 0
  const known = run.registry.slice(0, run.provenTo)
  const failing = known.findIndex((entry) => {
    run.report(entry.version, 'up')
    return runHalf(current.replay, entry, 'up') !== null
  })
  const after = (line.look = current.read())
  line.digests.apply(schemaChanges(before.schema, after.schema))
  line.watch.begin(current.replay, passageOf(before, after))
  return failing < 0 ? known.length : failing
}

interface Proven {
  /** Null for a version that was known to be right, and is. */
  readonly proof: VersionProof | null
  readonly goesOn: boolean
}

/** Leaves out what may only be so because other databases were empty, and says so instead. */
async function proveVersion(line: SchemaLine, entry: RegistryEntry<Database>): Promise<Proven> {
  line.run.wall?.told()
  const proven = await proveAlone(line, entry)
  const told = line.run.wall?.told() ?? []
  const others = otherDatabases(entry.version, told)
  if (!others || !proven.proof) return proven
  const known = withinReach(proven.proof.facts, beyondReach(told))
  const facts = known.filter(
    (fact) => fact.kind !== 'unproven' || fact.reason === 'earlier-failure',
  )
  return { ...proven, proof: { ...proven.proof, facts: [...facts, others] } }
}

async function proveAlone(line: SchemaLine, entry: RegistryEntry<Database>): Promise<Proven> {
  const { version } = entry
  const known = version <= line.run.provenTo
  const faults = known ? NOTHING_FOUND : proveFaults(line, entry)
  if (faults.spoiled && !(await rebuildLine(line, version - 1)))
    return {
      proof: { ...unapplied(version), facts: [...faults.facts, lost(version)] },
      goesOn: false,
    }
  const before = line.look
  line.run.report(version, 'up')
  const failure = faults.failure ?? runHalf(line.current.replay, entry, 'up')
  if (failure) {
    const facts = [...faults.facts, stepFailed(failure, 'empty', before.catalog)]
    return { proof: { ...unapplied(version), facts }, goesOn: false }
  }
  const { keys } = line.watch
  const after = (line.look = lookAfter(line, before, { entry, direction: 'up' }))
  const passage = passageOf(before, after)
  const changes = schemaChanges(passage.differing.before, passage.differing.after)
  line.digests.apply(changes)
  const broken = line.watch.after(line.current.replay, entry, passage)
  if (known) return { proof: null, goesOn: true }
  const inverse = proveInverse(line, { entry, ...passage, keys })
  const goesOn = !inverse.spoiled || (await rebuildLine(line, version))
  const facts = [...faults.facts, ...broken, ...inverse.facts, ...notTried(entry)]
  const proof = {
    version,
    schemaDigest: line.digests.digest(),
    schemaChanges: changes,
    catalog: passage.changes,
    facts: goesOn ? facts : [...facts, lost(version)],
  }
  return { proof, goesOn }
}

const NOTHING_FOUND = { facts: [], spoiled: false, failure: null }

/** What was not tried, as the migration itself asks for. */
function notTried({ version, effects, transaction }: RegistryEntry<Database>): Fact[] {
  if (effects !== undefined) return [{ kind: 'unproven', version, reason: 'effects' }]
  return transaction === false ? [{ kind: 'unproven', version, reason: 'no-transaction' }] : []
}

const unapplied = (version: number): Omit<VersionProof, 'facts'> => ({
  version,
  schemaDigest: null,
  schemaChanges: {},
  catalog: {},
})

/** The database is not as it was, and the history could not be applied to another one. */
const lost = (version: number): Fact => ({ kind: 'unproven', version, reason: 'earlier-failure' })
