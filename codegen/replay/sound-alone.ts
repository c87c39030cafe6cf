// Excuses a version for what does not work right after it only because newer versions of other histories are present: it was made before
// them, and each order is proven to end well separately. Pure.
import { foldCase } from '../../src/sql/names.js'
import type { Fact, Proof, VersionProof } from '../model/evidence.js'
import type { OrdersTried } from '../model/other-changed.js'
import type { PassJob } from './process/protocol.js'

/** By version, the objects that do not work after it. */
export function doubtsIn(versions: readonly VersionProof[]): NonNullable<PassJob['doubts']> {
  const found = versions.map(
    ({ version, facts }) => [version, [...new Set(facts.flatMap(unsoundOf))]] as const,
  )
  return Object.fromEntries(found.filter(([, objects]) => objects.length > 0))
}

/** The objects that do not work after `up`, according to a finding. */
function unsoundOf(fact: Fact): string[] {
  if (fact.kind === 'broken-object' && fact.at.direction === 'up') return [foldCase(fact.object)]
  if (fact.kind === 'foreign-key-broken' && fact.at.direction === 'up' && fact.rows === 0)
    return [`table ${foldCase(fact.table)}`]
  return []
}

/** The proof without these findings, and without those about `down` for such objects: it need not restore what does not work. */
export function soundAlone(proof: Proof): Proof {
  const tried = proof.versions.at(-1)?.facts.find((fact) => fact.kind === 'orders-tried')
  if (!tried) return proof
  const spared = new Set<string>()
  const versions = proof.versions.map((one) => {
    const facts = one.facts.flatMap((fact) => withoutBefore(fact, spared))
    const excused = excusedIn(one, tried)
    Object.keys(one.schemaChanges).forEach((object) => spared.delete(object))
    excused.forEach((object) => spared.add(object))
    return {
      ...one,
      facts: facts.filter((fact) => !unsoundOf(fact).some((key) => excused.has(key))),
    }
  })
  return { ...proof, versions }
}

const excusedIn = ({ version, facts }: VersionProof, { unsound }: OrdersTried): Set<string> =>
  new Set(facts.flatMap(unsoundOf).filter((object) => !unsound[version]?.includes(object)))

/** The state that `down` would have to restore does not work. */
function withoutBefore(fact: Fact, spared: ReadonlySet<string>): Fact[] {
  if (fact.kind !== 'not-inverse') return [fact]
  const differences = fact.differences.filter(({ object }) => !spared.has(object))
  if (differences.length === 0) return []
  const grade = differences.some((one) => one.grade === 'differs') ? 'differs' : 'spelled'
  return [{ ...fact, differences, grade }]
}
