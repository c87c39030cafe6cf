// Determines what cannot be known about a step that works on other databases, which are empty during replay. Pure.
import { foldCase } from '../../../src/sql/names.js'
import type { Fact, Unproven } from '../../model/evidence.js'
import { wasCut, type Withheld } from '../../wall/withheld.js'
import { namesIn } from '../../sql/names-in.js'

/** The longest text that is kept in full. */
const LONGEST = 2000

/** That a version was not tried as it will run; null if nothing was withheld from it. */
export function otherDatabases(version: number, told: readonly Withheld[] = []): Unproven | null {
  const textsOf = (wanted: Withheld['kind']): string[] => {
    const texts = told.flatMap(({ kind, text }) =>
      kind === wanted ? [text.slice(0, LONGEST)] : [],
    )
    return [...new Set(texts)]
  }
  const databases = textsOf('database')
  const statements = textsOf('statement')
  const [following, refused] = [textsOf('follows'), textsOf('refused')]
  const started = textsOf('started')
  const thrown = textsOf('cut').find((text) => text !== '')
  if (
    [...databases, ...statements, ...following, ...refused, ...started, thrown ?? []].flat()
      .length === 0
  )
    return null
  return {
    kind: 'unproven',
    version,
    reason: 'other-database',
    databases,
    statements,
    ...(following.length > 0 && { following }),
    ...(refused.length > 0 && { refused }),
    ...(started.length > 0 && { started }),
    ...(thrown !== undefined && { thrown }),
  }
}

/** Whether the rows of a table, by any of its names, may have come from another database or gone there. */
export type BeyondReach = (table: string) => boolean

/** For a side that did not run to its end. */
const EVERYTHING: BeyondReach = () => true

/** The tables of statements that were left out or name such a database; all tables if code moved rows itself. */
export function beyondReach(told: readonly Withheld[] = []): BeyondReach {
  if (wasCut(told)) return EVERYTHING
  if (told.some(({ kind }) => kind === 'elsewhere')) return () => true
  const texts = told.flatMap(({ kind, text }) =>
    kind === 'statement' || kind === 'reached' ? [text] : [],
  )
  if (texts.length === 0) return () => false
  const names = new Set(texts.flatMap((text) => [...namesIn(text)]))
  return (table) => names.has(foldCase(table))
}

/** Findings without those about tables of which nothing can be known. */
export const withinReach = (facts: readonly Fact[], isBeyond: BeyondReach): Fact[] =>
  isBeyond === EVERYTHING ? [] : facts.filter((fact) => !tablesOf(fact).some(isBeyond))

function tablesOf(fact: Fact): string[] {
  if (fact.kind === 'foreign-key-broken') return fact.rows === 0 ? [] : [fact.table, fact.parent]
  if (fact.kind === 'step-failed' && fact.stage !== 'rows') return []
  if (fact.kind === 'step-failed')
    return fact.table === null ? [...namesIn(fact.at.statement ?? '')] : [fact.table]
  return 'table' in fact && fact.table !== null ? [fact.table] : []
}
