// `lockstep plan`: what migrate would do.
import type { CommandRun } from '../command/command.js'
import { findBehind } from '../database/find-behind.js'
import { refuseUnknownFolder } from '../database/look-at-file.js'
import { readDatabase } from '../database/read-database.js'
import { refusalOf } from '../database/refuse-behind.js'
import { describePlan } from '../render/describe-plan.js'
import { EXIT } from '../command/exit-code.js'
import { renderPlan } from '../render/plan.js'
import { historyOf, withHistory } from '../render/with-history.js'

/** Throws the error with which `migrate` would refuse, at once or at the first step. What a later one would meet is a warning. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'fresh', (database) => {
    const { manager, path, shown, exists, settings, unregistered } = database
    refuseUnknownFolder(database, path, invocation)
    const { to } = invocation.flags
    const planned = manager.plan(to === undefined ? {} : { to })
    const applied = planned.steps.flatMap(({ kind, entry }) => (kind === 'apply' ? [entry] : []))
    const behind = findBehind(database, manager.status())
    const refusal = applied[0] && refusalOf(applied[0], behind, settings.root)
    if (refusal) throw refusal
    const told = behind
      .filter(({ facts }) => applied.some(({ version }) => version === facts?.['version']))
      .map((problem) => ({ ...problem, severity: 'warning' as const }))
    const described = describePlan(planned, settings)
    const plan = { ...described, warnings: [...described.warnings, ...told, ...unregistered] }
    return {
      exitCode: EXIT.done,
      json: { database: path, ...historyOf(settings), exists, ...plan },
      text: (style) => renderPlan(withHistory(shown, settings), plan, style),
    }
  })
