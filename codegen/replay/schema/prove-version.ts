// Proves one version of a history: stops it in the middle, applies it, undoes it and applies it again.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { schemaChanges } from '../../../src/schema/schema-digest.js'
import type { Fact, RanStatements, VersionProof } from '../../model/evidence.js'
import { wasCut, type Withheld } from '../../wall/withheld.js'
import { beyondReach, otherDatabases, withinReach } from '../sides/beyond-reach.js'
import { lateCalls } from '../sides/late-calls.js'
import { ranBy } from '../sides/ran-by.js'
import { proveFaults, type FaultFinding } from './faults.js'
import { proveInverse } from './inverse.js'
import { mayFollow } from './may-follow.js'
import {
  schemaTransitionOf,
  type AppliedVersion,
  type Finding,
} from '../sides/schema-transition.js'
import { runHalf, type HalfFailure } from '../sides/run-half.js'
import { lookAfter, rebuildLine, type SchemaLine } from './schema-line.js'
import { stepFailed } from '../sides/step-failed.js'

/** What came of proving a version. */
export interface Proven {
  /** Null for a version that was known to be right, and is. */
  readonly proof: VersionProof | null
  /** Whether the versions after it can be proven. */
  readonly goesOn: boolean
}

type Entry = RegistryEntry<Database>

/** Proves it, and waits for what its halves have left for later. */
export async function proveVersion(line: SchemaLine, entry: Entry): Promise<Proven> {
  const { proof, goesOn } = await proveWithin(line, entry)
  if (!proof) return { proof, goesOn }
  const late = await lateCalls(line.run, entry)
  return { proof: { ...proof, facts: [...proof.facts, ...late] }, goesOn }
}

/** Leaves out what may only be so because other databases were empty, and says so instead. */
async function proveWithin(line: SchemaLine, entry: Entry): Promise<Proven> {
  const told: Withheld[] = []
  const { isWhole } = line
  line.run.wall?.told()
  const proven = await proveAlone({ line, entry, told })
  const others = otherDatabases(entry.version, told)
  if (!others || !proven.proof) return proven
  const known = withinReach(proven.proof.facts, beyondReach(told.filter(isNoCut)))
  const facts = known.filter(
    (fact) => fact.kind !== 'unproven' || fact.reason === 'earlier-failure',
  )
  const said = isWhole && !line.isWhole ? { ...others, unfinished: true as const } : others
  return { ...proven, proof: { ...proven.proof, facts: [...facts, said] } }
}

/** A version under proof, and what was kept from its halves so far. */
interface Trying {
  readonly line: SchemaLine
  readonly entry: Entry
  readonly told: Withheld[]
}

const isNoCut = (one: Withheld): boolean => !wasCut([one])

async function proveAlone(trying: Trying): Promise<Proven> {
  const { line, entry, told } = trying
  const { version } = entry
  const known = version <= line.run.provenTo
  const faults = known ? NOTHING_FOUND : proveFaults(line, entry)
  // A step that was stopped may have thrown for that reason alone.
  told.push(...toldIn(line).filter(isNoCut))
  if (faults.spoiled && !(await rebuildLine(line, version - 1)))
    return unapplied(version, [...faults.facts, lost(version)])
  line.run.report(version, 'up')
  const failure = faults.failure ?? runHalf(line.current.replay, entry, 'up')
  const during = toldIn(line)
  told.push(...during)
  if (failure) return unapplied(version, [...faults.facts, ...failed(trying, failure)])
  const { connection } = line.current.replay
  const up = ranBy({ line: line.current.replay, entry, direction: 'up' })
  const isCut = wasCut(during)
  line.isWhole &&= !isCut
  const { broken, ...applied } = goOn(line, entry)
  if (known) return { proof: null, goesOn: true }
  const inverse = isCut ? NOTHING_FOUND : inverseOf(trying, applied)
  const left = connection.taken(version)
  const goesOn = !inverse.spoiled || (await rebuildLine(line, version))
  const facts = [...faults.facts, ...broken, ...inverse.facts, ...left, ...notTried(entry)]
  const proof = {
    version,
    schemaDigest: line.isWhole ? line.digests.digest() : null,
    schemaChanges: applied.schemaChanges,
    catalog: applied.changes,
    facts: goesOn ? facts : [...facts, lost(version)],
    ...ranOfBoth(up, inverse.ran),
  }
  return { proof, goesOn }
}

const NOTHING_FOUND: FaultFinding = { facts: [], spoiled: false, failure: null }

const ranOfBoth = (up: RanStatements, down: RanStatements = {}): Pick<VersionProof, 'ran'> => {
  const ran = { ...up, ...down }
  return Object.keys(ran).length > 0 ? { ran } : {}
}

const toldIn = ({ run }: SchemaLine): readonly Withheld[] => run.wall?.told() ?? []

/** A version that the line has come to. */
interface Applied extends AppliedVersion {
  readonly schemaChanges: VersionProof['schemaChanges']
  /** What it has broken. */
  readonly broken: readonly Fact[]
}

/** Takes a version that was applied for the one that the line has come to. */
function goOn(line: SchemaLine, entry: Entry): Applied {
  const { look: before, watch } = line
  const { keys } = watch
  line.look = lookAfter(line, before, { entry, direction: 'up' })
  const passage = schemaTransitionOf(before, line.look)
  const changes = schemaChanges(passage.differing.before, passage.differing.after)
  line.digests.apply(changes)
  const broken = watch
    .after(line.current.replay, entry, passage)
    .filter((fact) => !mayFollow(line, fact))
  return { entry, ...passage, keys, schemaChanges: changes, broken }
}

/** Nothing is said of a way back that was not gone to its end. */
function inverseOf({ line, told }: Trying, applied: AppliedVersion): Finding {
  const { facts, ...rest } = proveInverse(line, applied)
  const undoing = toldIn(line)
  told.push(...undoing)
  return { facts: wasCut(undoing) ? [] : facts, ...rest }
}

/** A failure that may only be so because of what is missing is told as kept from the version. */
function failed({ line, told }: Trying, failure: HalfFailure): Fact[] {
  const fact = stepFailed(failure, 'empty', line.look.catalog)
  if (!mayFollow(line, fact)) return [fact]
  const { at, message } = failure
  if (at.statement !== null) told.push({ kind: 'follows', text: at.statement })
  told.push({ kind: 'cut', text: message })
  return []
}

/** What was not tried, as the migration itself asks for. */
function notTried({ version, effects, transaction }: Entry): Fact[] {
  if (effects !== undefined) return [{ kind: 'unproven', version, reason: 'effects' }]
  return transaction === false ? [{ kind: 'unproven', version, reason: 'no-transaction' }] : []
}

const unapplied = (version: number, facts: readonly Fact[]): Proven => ({
  proof: { version, schemaDigest: null, schemaChanges: {}, catalog: {}, facts },
  goesOn: false,
})

/** The database is not as it was, and the history could not be applied to another one. */
const lost = (version: number): Fact => ({ kind: 'unproven', version, reason: 'earlier-failure' })
