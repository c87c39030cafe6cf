// Proves one version of a history: stops it in the middle, applies it, undoes it and applies it again.
import type { Entry } from '../sides/step-side.js'
import { schemaChanges } from '../../../src/schema/schema-digest.js'
import type { Fact, RanStatements, VersionProof } from '../../model/evidence.js'
import { wasCut, type Withheld } from '../../wall/withheld.js'
import { beyondReach, otherDatabases, withinReach } from '../sides/beyond-reach.js'
import { lateCalls } from '../sides/late-calls.js'
import { ranBy } from '../sides/ran-by.js'
import { proveFaults, type FaultFinding } from './faults.js'
import { proveInverse } from './inverse.js'
import {
  schemaTransitionOf,
  type AppliedVersion,
  type Finding,
} from '../sides/schema-transition.js'
import { runSide, type SideFailure } from '../sides/run-side.js'
import { lookAfter, rebuildPass, type SchemaPass } from './schema-pass.js'
import { stepFailed } from '../sides/step-failed.js'
import { foldCase } from '../../../src/sql/names.js'
import { missedNames } from '../../wall/missing.js'

/** The result of proving a version. */
export interface Proven {
  /** Null for a version that was proven before, and applies. */
  readonly proof: VersionProof | null
  /** Whether the versions after it can be proven. */
  readonly goesOn: boolean
}

/** Proves it, and waits for what its sides have left for later. */
export async function proveVersion(pass: SchemaPass, entry: Entry): Promise<Proven> {
  const { proof, goesOn } = await proveWithin(pass, entry)
  if (!proof) return { proof, goesOn }
  const late = await lateCalls(pass.run, entry)
  return { proof: { ...proof, facts: [...proof.facts, ...late] }, goesOn }
}

/** Drops findings that may only be due to empty other databases, and reports that instead. */
async function proveWithin(pass: SchemaPass, entry: Entry): Promise<Proven> {
  const told: Withheld[] = []
  const { isWhole } = pass
  pass.run.wall?.told()
  const proven = await proveAlone({ pass, entry, told })
  const others = otherDatabases(entry.version, told)
  if (!others || !proven.proof) return proven
  const known = withinReach(proven.proof.facts, beyondReach(told.filter(isNoCut)))
  const facts = known.filter(
    (fact) => fact.kind !== 'unproven' || fact.reason === 'earlier-failure',
  )
  const said = isWhole && !pass.isWhole ? { ...others, unfinished: true as const } : others
  return { ...proven, proof: { ...proven.proof, facts: [...facts, said] } }
}

/** A version under proof, and what was withheld from its sides so far. */
interface Trying {
  readonly pass: SchemaPass
  readonly entry: Entry
  readonly told: Withheld[]
}

const isNoCut = (one: Withheld): boolean => !wasCut([one])

async function proveAlone(trying: Trying): Promise<Proven> {
  const { pass, entry, told } = trying
  const { version } = entry
  const known = version <= pass.run.provenTo
  const faults = known ? NOTHING_FOUND : proveFaults(pass, entry)
  // A step that was stopped may have thrown only because of that.
  told.push(...toldIn(pass).filter(isNoCut))
  if (faults.spoiled && !(await rebuildPass(pass, version - 1)))
    return unapplied(version, [...faults.facts, lost(version)])
  pass.run.report(version, 'up')
  const failure = faults.failure ?? runSide(pass.current.replay, entry, 'up')
  const during = toldIn(pass)
  told.push(...during)
  if (failure) return unapplied(version, [...faults.facts, ...failed(trying, failure)])
  const { connection } = pass.current.replay
  const up = ranBy({ pass: pass.current.replay, entry, direction: 'up' })
  const isCut = wasCut(during)
  pass.isWhole &&= !isCut
  const { broken, ...applied } = goOn(pass, entry)
  if (known) return { proof: null, goesOn: true }
  const inverse = isCut ? NOTHING_FOUND : inverseOf(trying, applied)
  const left = connection.taken(version)
  const goesOn = !inverse.spoiled || (await rebuildPass(pass, version))
  const facts = [...faults.facts, ...broken, ...inverse.facts, ...left, ...notTried(entry)]
  const proof = {
    version,
    schemaDigest: pass.isWhole ? pass.digests.digest() : null,
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

const toldIn = ({ run }: SchemaPass): readonly Withheld[] => run.wall?.told() ?? []

/** A version that was applied. */
interface Applied extends AppliedVersion {
  readonly schemaChanges: VersionProof['schemaChanges']
  /** What it has broken. */
  readonly broken: readonly Fact[]
}

/** Moves the pass on to a version that was applied. */
function goOn(pass: SchemaPass, entry: Entry): Applied {
  const { look: before, watch } = pass
  const { keys } = watch
  pass.look = lookAfter(pass, before, { entry, direction: 'up' })
  const passage = schemaTransitionOf(before, pass.look)
  const changes = schemaChanges(passage.differing.before, passage.differing.after)
  pass.digests.apply(changes)
  const broken = watch
    .after(pass.current.replay, entry, passage)
    .filter((fact) => !mayFollow(pass, fact))
  const others = changedOthers(pass, entry, changes)
  return { entry, ...passage, keys, schemaChanges: changes, broken: [...broken, ...others] }
}

/** Reports nothing about a `down` that did not run to its end. */
function inverseOf({ pass, told }: Trying, applied: AppliedVersion): Finding {
  const { facts, ...rest } = proveInverse(pass, applied)
  const undoing = toldIn(pass)
  told.push(...undoing)
  return { facts: wasCut(undoing) ? [] : facts, ...rest }
}

/** A failure that may only be due to something withheld is reported as such. */
function failed({ pass, told }: Trying, failure: SideFailure): Fact[] {
  const fact = stepFailed(failure, 'empty', pass.look.catalog)
  if (!mayFollow(pass, fact)) return [fact]
  const { at, message } = failure
  if (at.statement !== null) told.push({ kind: 'follows', text: at.statement })
  told.push({ kind: 'cut', text: message })
  return []
}

/** Objects of other histories that it changes. */
const changedOthers = (
  { run }: SchemaPass,
  { version }: Entry,
  changes: VersionProof['schemaChanges'],
): Fact[] =>
  Object.entries(changes).flatMap(([object, digest]) => {
    const history = run.others?.ownerOf(object)
    if (history === undefined) return []
    return [{ kind: 'other-changed', version, object, history, gone: digest === null }]
  })

/** What was not tried, at the migration's own request. */
function notTried({ version, effects, transaction, resumable }: Entry): Fact[] {
  if (effects !== undefined) return [{ kind: 'unproven', version, reason: 'effects' }]
  return transaction === false && !resumable
    ? [{ kind: 'unproven', version, reason: 'no-transaction' }]
    : []
}

const unapplied = (version: number, facts: readonly Fact[]): Proven => ({
  proof: { version, schemaDigest: null, schemaChanges: {}, catalog: {}, facts },
  goesOn: false,
})

/** The database has changed, and the history could not be applied to another one. */
const lost = (version: number): Fact => ({ kind: 'unproven', version, reason: 'earlier-failure' })

/** Missing rows could have any effect; missing objects only affect findings about their names. */
function mayFollow({ isWhole, run }: SchemaPass, fact: Fact): boolean {
  if (isWhole || !run.wall) return false
  const { trial } = run.wall
  switch (fact.kind) {
    case 'step-failed':
      if (fact.cause === 'code') return fact.refusal === undefined
      return /constraint failed|mismatch/i.test(fact.message) || trial.mayLack(missedNames(fact))
    case 'broken-object':
      return trial.mayLack(missedNames(fact))
    case 'foreign-key-broken':
      return fact.rows > 0 || trial.mayLack([fact.table, fact.parent].map(foldCase))
    default:
      return false
  }
}
