// What can be wrong with the versions of other histories that a migration needs. One function per code; the sentence above it is
// its meaning.
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import { problem, problemIn } from '../../diagnostics/problem.js'

/** A migration needs a history that the configuration does not know, or a version that it does not have. */
export const needsUnknown = (
  at: Position,
  need: string,
  { what, meant }: { readonly what: string; readonly meant: string | null },
): Diagnostic =>
  problemIn(
    'NEEDS_UNKNOWN',
    at,
    `\`${need}\` is needed, but ${what}.`,
    meant === null
      ? 'Correct it; or say in the configuration where the migrations of that history are: `histories: { core: "../core/migrations" }`, or as another entry of `databases`.'
      : `Write \`${meant}\`.`,
  )

/** Histories need each other, or a migration needs a version of its own history. */
export const needsCircle = (at: Position, need: string, where: 'own' | 'other'): Diagnostic =>
  problemIn(
    'NEEDS_CIRCLE',
    at,
    where === 'own'
      ? `\`${need}\` is of the same history, in which every version depends on all before it.`
      : `\`${need}\` is needed by a history that it needs itself, so that neither can be built first.`,
    where === 'own'
      ? 'Take it out.'
      : 'Move what both need into one of them, or into a history of its own.',
  )

/** The migrations of a history that is needed cannot be read. */
export const needsUnreadable = (at: Position, need: string, reason: string): Diagnostic =>
  problemIn(
    'NEEDS_UNREADABLE',
    at,
    `\`${need}\` is needed, but the migrations that lead to it cannot be read: ${reason.replace(/\.$/, '')}.`,
    'Correct the migrations of that history first; generating its registry says what is wrong with them.',
  )

/** A history that is needed cannot be built up to the version that is needed. */
export const needsUnbuilt = (at: Position, reason: string): Diagnostic =>
  problem(
    'NEEDS_UNBUILT',
    at,
    `The migrations in ${at.file} cannot be proven, because the history that they need cannot be built, ${reason.replace(/\.$/, '')}.`,
    'Correct the migrations of that history first; generating its registry says what is wrong with them.',
  )

/** A migration changes or removes an object that another history has made. */
export const otherChanged = (
  at: Position,
  {
    object,
    history,
    gone,
  }: { readonly object: string; readonly history: string; readonly gone: boolean },
): Diagnostic =>
  problemIn(
    'NEEDS_OBJECT_CHANGED',
    at,
    `the ${object} is ${gone ? 'removed' : 'changed'}, which the history ${history} has made: its own migrations know nothing of that.`,
    `Change it in a new migration of ${history}, and need that version here. What a history adds beside it, such as an index or a trigger on it, is its own.`,
  )
