// No rows could be generated for a table, so that nothing is proven about its rows.
import { versionId } from '../../../src/model/version.js'
import { saidText, versionName } from '../wording/describe-step.js'
import { creationOf } from '../subject/trace-tables.js'
import { statementPlace } from '../subject/place.js'
import { factsOf, type FactOf, type StepFact } from '../subject/facts.js'
import type { ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { tableIn } from '../../model/in-catalog.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/**
 * Reported once per table, in the first version concerned; a warning if a later one drops or rebuilds the table. Silent if the
 * reason is a foreign key that cannot be checked, whatever rows there are (`FOREIGN_KEY_BROKEN`).
 */
export const tableUnseeded: Rule = {
  code: 'TABLE_UNSEEDED',
  severity: 'info',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of firstOfEach(subject)) {
      const untried = untriedIn(subject, step, fact.table)
      const made = creationOf(foldCase(fact.table), step.acts.up)
      yield {
        at: made ? statementPlace(made) : at,
        subject: sqlName(fact.table),
        ...(untried !== '' && { severity: 'warning' }),
        message: `${hasSeeds(fact.table, subject) ? 'None of the rows in `seeds` could be used' : 'No rows could be generated'} for ${fact.table} as it is after ${versionName(step, at)}: ${saidText(fact.reason)}. From then on, nothing is proven about its rows.${untried}`,
        fix: `${hasSeeds(fact.table, subject) ? 'Correct the' : 'Give real'} rows in the configuration: ${seedsFor(fact, step)}.`,
      }
    }
  },
}

/** For a row without a parent, those of its parents as well. */
function seedsFor({ table, reason }: FactOf<'unseeded'>, { after }: ReplayedStep): string {
  const keys = isKeyFailure(reason) ? (tableIn(after, table)?.foreignKeys ?? []) : []
  const parents = keys.flatMap(({ parent }) => tableIn(after, parent)?.name ?? [])
  const names = [...new Set([...parents.filter((name) => !isSameName(name, table)), table])]
  return `\`seeds: { ${names.map((name) => `${sqlName(name)}: [{ … }]`).join(', ')} }\``
}

const isKeyFailure = (reason: string): boolean => /^foreign key\b/i.test(reason)

/** The first later step that drops or rebuilds the table, where rows are most at risk; '' if there is none. */
function untriedIn({ replay }: Subject, { version: since }: ReplayedStep, table: string): string {
  for (const step of replay?.steps ?? []) {
    const trace = step.traces.find(({ before }) => isSameName(before.name, table))
    if (step.version <= since || !trace) continue
    const shape = trace.statement?.shape.kind
    const isAnew = trace.drop !== null || shape === 'create-table'
    if (trace.after !== null && !isAnew) continue
    const [does, what] = trace.after
      ? ['rebuilds it', 'whether all rows and values survive that']
      : ['drops it', 'which rows are lost with it, and whether they are kept elsewhere']
    return ` Version ${versionId(step.version)} ${does}: ${what} was not tried.`
  }
  return ''
}

const hasSeeds = (table: string, { settings }: Subject): boolean =>
  Object.entries(settings.seeds ?? {}).some(
    ([name, rows]) => rows.length > 0 && isSameName(name, table),
  )

function firstOfEach(subject: Subject): StepFact<'unseeded'>[] {
  const tables = new Map<string, StepFact<'unseeded'>>()
  for (const one of factsOf(subject, 'unseeded')) {
    const key = foldCase(one.fact.table)
    if (!tables.has(key) && !hasWrongKey(one, subject)) tables.set(key, one)
  }
  return [...tables.values()]
}

/** Whether the reason names a foreign key that refers to nothing since this version, or since an earlier one. */
function hasWrongKey({ step, fact: { table, reason } }: StepFact<'unseeded'>, subject: Subject) {
  if (!isKeyFailure(reason)) return false
  return [...factsOf(subject, 'foreign-key-broken')].some(
    ({ fact }) =>
      fact.rows === 0 &&
      fact.at.direction === 'up' &&
      fact.at.version <= step.version &&
      isSameName(fact.table, table) &&
      foldCase(reason).includes(foldCase(fact.parent)),
  )
}
