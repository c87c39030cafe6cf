// Merges the findings of the two passes of replay, without generated rows and with them. Pure.
import { diffSchemas } from '../../src/schema/diff-schema.js'
import type { SchemaDifference } from '../../src/model/verification.js'
import type {
  Fact,
  Proof,
  RanStatement,
  RanStatements,
  Uneven,
  Unproven,
  VersionProof,
} from '../model/evidence.js'
import { schemaWith } from '../model/schema-with.js'
import type { RowFacts, SchemaProof, VersionFacts } from './sides/results.js'

/**
 * The proof of a whole history. `before` is what was known about versions that were not proven again. For each version, findings with rows
 * follow those without, and then differences of the schema that depend on rows.
 */
export function mergePasses(
  before: readonly VersionProof[],
  schema: SchemaProof,
  rows: RowFacts,
): Proof {
  const factsOf = new Map(rows.map((one) => [one.version, one]))
  const passes = comparedPasses()
  for (const one of before) passes.pass(one, factsOf.get(one.version))
  const versions = schema.versions.map((one) => {
    const own = factsOf.get(one.version)
    const facts = [...bothOf(one.facts, own?.facts ?? []), ...passes.pass(one, own)]
    return { ...one, facts, ...ranOnBoth(one.ran, own?.ran) }
  })
  return { ...schema, versions: [...before, ...versions] }
}

/** Statements that ran without rows come first; those that only ran with rows are inserted where they ran. */
function ranOnBoth(
  plain: RanStatements | undefined,
  rows: RanStatements = {},
): Pick<VersionProof, 'ran'> {
  if (!plain) return {}
  const { up, down } = plain
  return {
    ran: {
      ...(up && { up: completed(up, rows.up ?? []) }),
      ...(down && { down: completed(down, rows.down ?? []) }),
    },
  }
}

function completed(plain: readonly RanStatement[], rows: readonly RanStatement[]): RanStatement[] {
  const known = new Map(plain.map((one, at) => [keyOf(one), at]))
  const added = new Map<string, number>()
  const found: RanStatement[] = []
  const ran = new Set<RanStatement>()
  let next = 0
  for (const one of rows) {
    const at = known.get(keyOf(one))
    const call = JSON.stringify(one.calls)
    const more = added.get(call) ?? 0
    if (at !== undefined) {
      while (next <= at) found.push(plain[next++]!)
      if (!one.prepared) ran.add(plain[at]!)
    }
    if (at === undefined && more < MOST) found.push({ ...one, onlyWithRows: true })
    if (at === undefined) added.set(call, more + 1)
  }
  return [...found, ...plain.slice(next)].map((one) => (ran.has(one) ? withoutMark(one) : one))
}

/** For a statement prepared on one pass and run on the other. */
function withoutMark(one: RanStatement): RanStatement {
  const { prepared: _, ...ran } = one
  return ran
}

/** A call that runs more texts than this puts values of rows into them. */
const MOST = 10

const keyOf = ({ text, calls }: RanStatement): string => JSON.stringify([text, calls])

/** What was withheld from a version is reported once, from the pass that did not run to its end. */
function bothOf(schema: readonly Fact[], rows: readonly Fact[]): readonly Fact[] {
  const isCut = (fact: Fact): boolean =>
    isOther(fact) && (fact.thrown !== undefined || fact.unfinished === true)
  const cuts = rows.filter(isOther)
  if (cuts.length === 0) return [...schema, ...rows]
  const apart = rows.filter((fact) => !isOther(fact))
  const said = schema.find(isCut) ?? cuts[0]
  return [...schema.filter((fact) => !isOther(fact)), ...apart, ...(said ? [said] : [])]
}

const isOther = (fact: Fact): fact is Unproven =>
  fact.kind === 'unproven' && fact.reason === 'other-database'

/** Two databases with the same history, compared version by version. */
interface ComparedLines {
  /** What has become different in this version. */
  pass(version: VersionProof, withRows: VersionFacts | undefined): Uneven[]
}

function comparedPasses(): ComparedLines {
  const empty = new Map<string, string>()
  const filled = new Map<string, string>()
  const different = new Set<string>()
  let isCut = false
  return {
    pass({ version, schemaDigest, catalog }, withRows) {
      isCut ||= withRows?.facts.some(isOther) === true
      if (schemaDigest === null || isCut || !withRows) return []
      const { written } = withRows
      for (const [key, object] of Object.entries(catalog)) put(empty, key, object?.sql ?? null)
      for (const [key, sql] of Object.entries(written)) put(filled, key, sql)
      const keys = new Set([...Object.keys(catalog), ...Object.keys(written)])
      const differences = [...keys].flatMap((key) => {
        const found = empty.get(key) === filled.get(key) ? [] : differencesIn(key, empty, filled)
        const isNew = found.length > 0 && !different.has(key)
        if (found.length > 0) different.add(key)
        else different.delete(key)
        return isNew ? found : []
      })
      return differences.length > 0 ? [{ kind: 'uneven', version, differences }] : []
    },
  }
}

type Written = Map<string, string>

function put(objects: Written, key: string, sql: string | null): void {
  if (sql === null) objects.delete(key)
  else objects.set(key, sql)
}

const differencesIn = (key: string, empty: Written, filled: Written): SchemaDifference[] =>
  diffSchemas(schemaWith(key, empty.get(key)), schemaWith(key, filled.get(key))).filter(
    ({ grade }) => grade === 'differs',
  )
