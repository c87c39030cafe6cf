// Handles statements that the runtime refuses: for scripts, the replay continues without them and says so; code may have its
// reasons.
import { ignoreComment } from './describe-step.js'
import { versionsLeft } from '../../diagnostics/versions-left.js'
import type { FoundStatement, Subject } from '../subject/rule.js'
import type { Statement } from '../../sql/statement.js'

/** What the replay leaves out: nothing of code, which has to be run as it is. */
export const inScript = (statement: FoundStatement): FoundStatement | null =>
  statement.origin === 'script' ? statement : null

/** How code may be excused: by a condition or handler that a reader understands and the replay does not. */
export const orSayWhy = (code: string, { origin, migration }: FoundStatement): string =>
  origin === 'script'
    ? ''
    : `; or, if the code makes sure that it does no harm, say how: ${ignoreComment(code, migration)}`

/**
 * A sentence to append if the replay has continued or ended; if the settings do not make it an error, the runtime has refused the
 * step.
 */
export function wayOn(
  { origin, migration }: FoundStatement,
  { replay, reading }: Pick<Subject, 'replay' | 'reading'>,
): string {
  const step = replay?.steps.find(({ version }) => version === migration.version)
  const failures = (step?.facts ?? []).filter((fact) => fact.kind === 'step-failed')
  if (origin === 'script')
    return step && !failures.some((fact) => 'refusal' in fact)
      ? ' The replay went on without it.'
      : ''
  const hasEnded = failures.some(({ stage, at }) => stage === 'empty' && at.direction === 'up')
  const last = Math.max(...reading.migrations.map(({ version }) => version))
  return step && hasEnded ? versionsLeft(step.version, last) : ''
}

/** The replay's messages if such a statement, or one that controls the transaction, is refused when code runs it. */
export const REFUSED = [
  'REPLAY_UP_FAILED',
  'REPLAY_DOWN_FAILED',
  'REPLAY_CODE_FAILS_ON_ROWS',
] as const

/** Why a statement does not work in a transaction, as a part of a sentence; null if it does. */
export function transactionRefusal(shape: Statement): string | null {
  if (shape.kind === 'other') return STATEMENTS[shape.words[0] ?? ''] ?? null
  if (shape.kind !== 'pragma') return null
  const { key } = shape.name
  if (key === 'wal_checkpoint') return 'PRAGMA wal_checkpoint fails inside one'
  return shape.sets ? (PRAGMAS[key] ?? null) : null
}

const STATEMENTS: Readonly<Record<string, string>> = {
  vacuum: 'VACUUM fails inside one',
  attach: 'ATTACH is not undone with it, and older versions of SQLite refuse it there',
  detach: 'DETACH is not undone with it, and fails there when the other database was used',
}

const PRAGMAS: Readonly<Record<string, string>> = {
  journal_mode: 'PRAGMA journal_mode has no effect inside one',
  synchronous: 'PRAGMA synchronous fails inside one',
}
