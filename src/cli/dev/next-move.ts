// Decides what brings a database to the current code. Pure.
import type { Status } from '../../model/report.js'
import { versionsOf } from '../origins/with-origins.js'

/**
 * `stand`: only a person can settle it. `redo`: the code has something else in place of applied versions, from the lowest of them
 * on. `undo`: the code has nothing in their place. Whatever is pending is applied after that.
 */
export type Move =
  | { readonly is: 'nothing' | 'apply' | 'stand' }
  | { readonly is: 'redo'; readonly steps: number }
  | { readonly is: 'undo'; readonly to: number }

/** The move for a database in this state; what has shipped, `released` and below, is never undone. */
export function nextMove({ problems, version, latest, pending }: Status, released = 0): Move {
  const others = problems.flatMap(versionsOf)
  const isSettled = problems.every((one) => one.severity !== 'error' || versionsOf(one).length > 0)
  const lowest = Math.min(...others)
  if (!isSettled || lowest <= released) return { is: 'stand' }
  if (others.length === 0) return { is: pending.length > 0 ? 'apply' : 'nothing' }
  return lowest > latest
    ? { is: 'undo', to: lowest - 1 }
    : { is: 'redo', steps: version - lowest + 1 }
}
