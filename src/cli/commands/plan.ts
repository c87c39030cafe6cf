// `lockstep plan`: what migrate would do.
import { type CommandRun, EXIT } from '../command/command.js'
import { planEach, planOne, refuseUnmet } from '../histories/plan-each.js'
import { carriedJson, oneOrEach, titleOf } from '../histories/several-histories.js'
import { renderPlan, renderPlans } from '../render/plan.js'
import { historyOf, withHistory } from '../render/with-history.js'

/**
 * Throws the error that `migrate` would throw, at once or at the first step. What a later step would meet is a warning. Without
 * `--name` and a target, covers all histories of one database.
 */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    async () => {
      const planned = await planOne(invocation)
      refuseUnmet(planned)
      return {
        exitCode: EXIT.done,
        json: jsonOf(planned),
        text: (style) =>
          renderPlan(withHistory(planned.shown, planned.settings), planned.plan, style),
      }
    },
    async (all) => {
      const planned = await planEach(all)
      const steps = planned.flatMap(({ name, plan }) =>
        plan.steps.map((step) => ({ history: name, ...step })),
      )
      return {
        exitCode: EXIT.done,
        json: { histories: carriedJson(planned.map((one) => [one, jsonOf(one)])), steps },
        text: (style) => renderPlans(planned[0]!.shown, planned.map(toldPlan), style),
      }
    },
  )

type Planned = Awaited<ReturnType<typeof planOne>>

const jsonOf = ({ path, settings, exists, plan }: Planned) => ({
  database: path,
  ...historyOf(settings),
  exists,
  ...plan,
})

/** The plan with the commands that its warnings suggest for this history. */
function toldPlan(one: Awaited<ReturnType<typeof planEach>>[number]) {
  const { plan, invocation } = one
  const name = titleOf(one)
  const carry = invocation.terminal.carry(invocation.flags)
  const warnings = plan.warnings.map((one) => ({
    ...one,
    message: `History ${name}: ${carry(one.message)}`,
    fix: carry(one.fix),
  }))
  return { name, plan: { ...plan, warnings } }
}
