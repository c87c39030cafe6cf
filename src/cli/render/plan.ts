// Renders a plan. Pure.
import { versionId } from '../../model/version.js'
import type { DescribedPlan, DescribedStep } from './describe-plan.js'
import { blocks, columns, type Style } from '../terminal/style.js'
import { count } from '../terminal/quantities.js'
import { renderProblem } from './status.js'

/** The steps in the order in which they would run. */
export function renderPlan(database: string, plan: DescribedPlan, style: Style): string[] {
  const { from, to, steps, warnings } = plan
  const title =
    steps.length === 0
      ? `${style.bold(database)}  There is nothing to do: the database is at ${versionId(from)}.`
      : `${style.bold(database)}  ${count(steps.length, 'step')} from ${versionId(from)} to ${versionId(to)}:`
  const lines = columns(steps.map((step, index) => row(step, index, style)))
  const notes = warnings.map((warning) => renderProblem(warning, style))
  return blocks(
    [title],
    lines.map((line) => `  ${line}`),
    ...notes,
  )
}

/** The plans of several histories, in the order they would be migrated. */
export function renderPlans(
  database: string,
  plans: readonly { readonly name: string; readonly plan: DescribedPlan }[],
  style: Style,
): string[] {
  const steps = plans.flatMap(({ name, plan }) => plan.steps.map((step) => ({ name, step })))
  const moved = plans.filter(({ plan }) => plan.steps.length > 0)
  const title =
    steps.length === 0
      ? `There is nothing to do: ${plans.map(({ name, plan }) => `${name} is at ${versionId(plan.from)}`).join(', ')}.`
      : `${count(steps.length, 'step')}: ${moved.map(({ name, plan: { from, to } }) => `${name} from ${versionId(from)} to ${versionId(to)}`).join(', ')}.`
  const lines = columns(
    steps.map(({ name, step }, index) => {
      const [number = '', ...rest] = row(step, index, style)
      return [number, style.bold(name), ...rest]
    }),
  )
  return blocks(
    [`${style.bold(database)}  ${title}`],
    lines.map((line) => `  ${line}`),
    ...plans.flatMap(({ plan }) => plan.warnings.map((warning) => renderProblem(warning, style))),
  )
}

const row = (step: DescribedStep, index: number, style: Style): string[] => [
  style.dim(`${index + 1}.`),
  WORDS[step.kind],
  step.id,
  step.name,
  step.needs ? `${content(step)}, needs ${step.needs.join(', ')}` : content(step),
  style.dim(step.file),
]

const WORDS: Readonly<Record<DescribedStep['kind'], string>> = {
  apply: 'apply',
  revert: 'undo',
  restamp: 'renew the digests of',
}

function content({ runs, statements, transaction, ...step }: DescribedStep): string {
  if (step.batches)
    return step.begun
      ? 'continues in batches, each in a transaction'
      : 'in batches, each in a transaction'
  const code = step.declared ? 'a declared change' : 'code'
  const what = statements === null ? (runs === 'code' ? code : '') : count(statements, 'statement')
  return transaction === 'none' && runs !== 'nothing' ? `${what}, outside a transaction` : what
}
