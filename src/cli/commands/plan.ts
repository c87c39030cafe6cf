// `lockstep plan`: what migrate would do.
import type { CommandRun } from '../command/command.js'
import { refuseUnknownFolder } from '../database/look-at-file.js'
import { readDatabase } from '../database/read-database.js'
import { describePlan } from '../render/describe-plan.js'
import { EXIT } from '../command/exit-code.js'
import { renderPlan } from '../render/plan.js'

/** Throws the error with which `migrate` would refuse. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'fresh', ({ manager, path, shown, ...database }) => {
    const { exists, unregistered } = database
    refuseUnknownFolder(database, path, invocation)
    const { to } = invocation.flags
    const described = describePlan(manager.plan(to === undefined ? {} : { to }))
    const plan = { ...described, warnings: [...described.warnings, ...unregistered] }
    return {
      exitCode: EXIT.done,
      json: { database: path, exists, ...plan },
      text: (style) => renderPlan(shown, plan, style),
    }
  })
