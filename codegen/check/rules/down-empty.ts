// A `down` restores nothing, so that the migration only looks reversible.
import type { ParsedMigration, Side } from '../../model/migration.js'
import { factsIn } from '../subject/facts.js'
import { ignoreComment } from '../wording/describe-step.js'
import type { Finding, FoundStatement, ReplayedStep, Rule } from '../subject/rule.js'
import { isEmptySide, onlyQueries, onlyThrows } from '../subject/step-content.js'
import { writeOption } from '../source/write-option.js'

/**
 * An empty `down`, and one that only throws. SQL that only queries, and a function that was seen to run nothing on the database,
 * after an `up` that writes rows, is an error: it looks as if it did something. If the schema stays changed, `DOWN_NOT_INVERSE`
 * reports it.
 */
export const downEmpty: Rule = {
  code: 'DOWN_EMPTY',
  severity: 'warning',
  override: 'acknowledged',
  *check({ reading, replay }) {
    const steps = new Map(replay?.steps.map((step) => [step.migration, step]))
    for (const migration of reading.migrations) {
      const finding = judge(migration, steps.get(migration))
      if (finding) yield finding
    }
  },
}

function judge(migration: ParsedMigration, step: ReplayedStep | undefined): Finding | null {
  const { down, file, downFile, form } = migration
  if (!down?.position) return null
  const at = down.position
  const where = `The \`down\` in ${(downFile ?? file).file}`
  const fix = `Write how to undo the migration, or replace \`down\` with ${writeOption('irreversible', form)}`
  const fault = faultOf(down)
  if (fault) return { at, message: `${where} ${fault}.`, fix: `${fix}.` }
  const idle = step?.statements.some(writesRows) ? idleIn(down, step) : null
  return (
    idle && {
      at,
      severity: 'error',
      message: `${where} runs no statement ${idle} the database, so what \`up\` wrote stays, and a rollback still reports success.`,
      fix: `${fix}; or, if nothing is to be undone, say why: ${ignoreComment('DOWN_EMPTY', migration)}.`,
    }
  )
}

/** If `up` fails on what is left, that is reported. */
function idleIn(down: Side, step: ReplayedStep): 'on' | 'that changes' | null {
  if (step.idle.includes('down')) return 'on'
  const fails = factsIn(step, 'step-failed').some(({ stage }) => stage === 'again')
  const asks = onlyQueries(down) || onlyConstants(step)
  return asks && step.changed.length === 0 && !fails ? 'that changes' : null
}

/** Whether all that a function sent is `SELECT 1`: one that reads a table may write if it finds something. */
function onlyConstants({ statements }: ReplayedStep): boolean {
  const own = statements.filter(
    ({ direction, origin }) => direction === 'down' && origin !== 'script',
  )
  return own.length > 0 && own.every(({ text }) => CONSTANT.test(text))
}

const CONSTANT = /^\s*(?:select|values)\b(?![^]*\bfrom\b)/i

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete'])

const writesRows = ({ direction, shape }: FoundStatement): boolean =>
  direction === 'up' && WRITES.has(shape.kind)

function faultOf(down: Side): string | null {
  if (isEmptySide(down)) return 'does nothing'
  return onlyThrows(down) ? 'only throws' : null
}
