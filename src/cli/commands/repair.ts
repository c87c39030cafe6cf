// `lockstep repair`: accepts the code's version of ledger rows that differ.
import type { Problem } from '../../model/report.js'
import type { SchemaDifference } from '../../model/verification.js'
import { type CommandRun, EXIT } from '../command/command.js'
import { repairOrder } from '../command/edit-request.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { blocks } from '../terminal/style.js'
import { count } from '../terminal/quantities.js'
import { renderForced, renderRepair } from '../render/repair.js'
import { renderProblem } from '../render/status.js'
import { judgeRepair } from '../repair/judge-repair.js'
import { tellInterrupted } from '../repair/left-of-step.js'
import { proveRepair } from '../repair/prove-repair.js'
import { runEditing } from '../worker/run-editing.js'

/** Lists every value, before and after, and asks. Accepts only what the schema confirms, unless forced. */
export const run: CommandRun = async (invocation) => {
  const options = repairOrder(invocation.flags)
  let differences: readonly SchemaDifference[] = []
  let interrupted: readonly Problem[] = []
  const edited = await runEditing(
    {
      work: 'repair',
      plan: (manager) => manager.planRepair(options),
      async look(plan, database) {
        interrupted = await findInterrupted(database)
        if (plan.rows.length === 0) return {}
        const proof = await proveRepair(plan, database, invocation)
        differences = proof.differences ?? []
        return judgeRepair(proof, invocation)
      },
      ask: ({ rows }, path) =>
        rows.length === 0
          ? 'nothing'
          : {
              details: (style) =>
                blocks(renderRepair(rows, style), renderForced(differences, style)),
              question: `Write ${rows.length === 1 ? 'this' : 'these'} into the ledger of ${path}? No migration is run.`,
            },
    },
    invocation,
  )
  const { rows } = edited.result
  const repaired = rows.length > 0 ? `${count(rows.length, 'row')} repaired` : 'nothing to repair'
  return {
    exitCode: EXIT.done,
    json: { ...edited.place, rows, differences, problems: interrupted },
    text: (style) =>
      blocks(
        edited.details(style),
        [`${style.bold(edited.shown)}  ${repaired}${interrupted.length > 0 ? `; ${MARKED}` : ''}.`],
        ...interrupted.map((problem) => renderProblem(problem, style)),
      ),
  }
}

const MARKED = 'settle what did not finish with `lockstep mark`'

function findInterrupted(database: ReadableDatabase): Promise<readonly Problem[]> {
  const { problems } = database.manager.status()
  return tellInterrupted(
    problems.filter(({ code }) => code === 'HISTORY_INTERRUPTED'),
    database,
  )
}
