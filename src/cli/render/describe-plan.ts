// Converts a plan into plain data for people and programs: what each step is and contains.
import type { ApplyStep, Plan, PlanStep } from '../../model/plan.js'
import type { Problem } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { sideOf } from '../../plan/scripts.js'
import type { Settings } from '../settings/settings.js'
import { namedNeed } from './named-needs.js'
import { splitStatements } from '../../sql/split-statements.js'

/** One step of a plan. */
export interface DescribedStep {
  readonly kind: PlanStep<unknown>['kind']
  readonly version: number
  readonly id: string
  readonly name: string
  readonly file: string
  /** What runs: SQL, code, or nothing for a `restamp`. */
  readonly runs: 'sql' | 'code' | 'nothing'
  /** How many statements the SQL has; null for code, where only running it could tell. */
  readonly statements: number | null
  /** `own`: a transaction of its own; `none`: outside any. */
  readonly transaction: 'own' | 'none'
  /** Set for a step done in batches, each in its own transaction. */
  readonly batches?: true
  /** Set for a step that resumes where an earlier run stopped. */
  readonly begun?: true
  /** Set for a step that declares table changes; it runs SQL, or code that was generated from it. */
  readonly declared?: true
  /** The versions of other histories that it needs. */
  readonly needs?: readonly string[]
}

/** A plan for people and programs. */
export interface DescribedPlan {
  readonly from: number
  readonly to: number
  readonly steps: readonly DescribedStep[]
  readonly warnings: readonly Problem[]
}

/** Runs nothing of the migrations. */
export const describePlan = <H>(
  { from, to, steps, warnings }: Plan<H>,
  settings: Pick<Settings, 'histories'>,
): DescribedPlan => ({
  from,
  to,
  steps: steps.map((step) => describeStep(step, settings)),
  warnings,
})

function describeStep<H>(step: PlanStep<H>, settings: Pick<Settings, 'histories'>): DescribedStep {
  const { kind, entry } = step
  const { version, name, file } = entry
  const side = kind === 'restamp' ? null : sideOf(entry, kind === 'apply' ? 'up' : 'down')
  const scripts = side && 'scripts' in side ? side.scripts : null
  return {
    kind,
    version,
    id: versionId(version),
    name,
    file,
    runs: !side ? 'nothing' : scripts ? 'sql' : 'code',
    statements: scripts && scripts.reduce((sum, script) => sum + splitStatements(script).length, 0),
    transaction:
      entry.transaction === false && !(kind === 'revert' && entry.resumable) ? 'none' : 'own',
    ...(step.kind === 'apply' && ahead(step, settings)),
  }
}

/** The properties that only matter for a step to apply. */
const ahead = <H>(
  { entry: { resumable, expanded, needs }, begun }: ApplyStep<H>,
  settings: Pick<Settings, 'histories'>,
): Partial<DescribedStep> => ({
  ...(resumable && { batches: true }),
  ...(begun && { begun }),
  ...(expanded !== undefined && { declared: true }),
  ...(needs && { needs: needs.map((one) => namedNeed(one, settings)) }),
})
