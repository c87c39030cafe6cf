// What is said of a step that failed outside a transaction on the database itself; a dry run takes it back. Pure.
import type { Direction } from './report.js'
import { versionId } from './version.js'

/** Said of what failed outside a transaction. */
export const STILL_THERE = 'It runs outside a transaction: what it did is still there.'

/** Advice after a step outside a transaction that failed or did not end; null where nothing tells its direction. */
export function settleRow(version: number, direction: Direction | null): string {
  const mark = `\`lockstep mark ${versionId(version)}`
  if (direction === 'down')
    return `Look at what it has undone. Finish undoing it and run ${mark} --pending\`, or do it again and run ${mark} --applied\`.`
  if (direction === 'up')
    return `Look at what it has done. Finish it by hand and run ${mark} --applied\`, or undo it and run ${mark} --pending\`.`
  return `Look at what is there. Where all of the migration is, or is again once you have seen to it, run ${mark} --applied\`; where none of it is any more, ${mark} --pending\`.`
}
