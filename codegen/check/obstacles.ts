// Determines what prevents replaying the migrations, or the later ones, and what the replay leaves out.
import type { Diagnostic } from '../model/diagnostic.js'
import type { LeftOut, ParsedMigration, Reading } from '../model/migration.js'
import { applyRule } from './apply-rule.js'
import { ownerOf } from './released.js'
import { rules } from './rules.js'
import type { Finding, FoundStatement, Rule, Subject } from './subject/rule.js'

/** How far replaying can go. */
export interface Way {
  /**
   * The codes of the errors that prevent replaying, each once: with them there is no history that could run, or running it would
   * be dangerous, or would only report them again.
   */
  readonly obstacles: readonly string[]
  /** The last version before the first of them; Infinity without any, 0 if the version is unknown. */
  readonly reach: number
  /** The statements without which the replay works, though a person has to remove them. */
  readonly leftOut: readonly LeftOut[]
}

/** Something that a rule or the reading has against replaying. */
export interface Obstacle extends Diagnostic {
  readonly leavesOut?: FoundStatement
}

/**
 * All possible obstacles; severities and comments are not considered yet. A file that is no migration is not a part of the
 * history.
 */
export function obstaclesIn(
  subject: Subject,
  diagnosticOf: (rule: Rule, finding: Finding) => Diagnostic,
): Obstacle[] {
  const read = subject.reading.diagnostics.filter(
    ({ code }) => subject.fixedCodes.has(code) && code !== 'FILE_UNKNOWN',
  )
  const spoiling = rules.filter(
    ({ stage, spoilsReplay, override }) => !stage && (spoilsReplay || override === 'fixed'),
  )
  const found = spoiling.flatMap((rule) =>
    applyRule(rule, subject).flatMap((finding): Obstacle[] => {
      const { leavesOut } = finding
      if (leavesOut === null) return []
      return [{ ...diagnosticOf(rule, finding), ...(leavesOut && { leavesOut }) }]
    }),
  )
  return [...read, ...found]
}

/** The consequences of those that remain errors. */
export function wayPast(errors: readonly Obstacle[], { migrations }: Reading): Way {
  const obstacles = errors.filter(({ leavesOut }) => !leavesOut)
  const before = obstacles.map((one) => (ownerOf(one, migrations)?.version ?? 1) - 1)
  return {
    obstacles: [...new Set(obstacles.map(({ code }) => code))].sort(),
    reach: Math.min(...before),
    leftOut: errors.flatMap(({ leavesOut }) => (leavesOut ? placeOf(leavesOut) : [])),
  }
}

/** The migrations before the first that is in the way, or that others are missing before. */
export function replayable(
  { migrations }: Reading,
  { reach }: Pick<Way, 'reach'>,
): ParsedMigration[] {
  const gap = migrations.findIndex((one, index) => !follows(one, index))
  const end = Math.min(reach, gap < 0 ? Infinity : gap)
  return migrations.filter(({ version }) => version <= end)
}

/** Whether a migration is the next one of a history. */
export const follows = ({ version, up, unreadable }: ParsedMigration, index: number): boolean =>
  version === index + 1 && up !== null && !unreadable

function placeOf({ migration, direction, piece, start, text }: FoundStatement): LeftOut[] {
  const side = migration[direction]
  const script = side?.kind === 'sql' ? side.pieces.indexOf(piece) : -1
  const end = start + text.length
  return script < 0 ? [] : [{ version: migration.version, direction, script, start, end }]
}
