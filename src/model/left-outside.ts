// What is said of a step that failed outside a transaction on the database itself; a dry run takes it back. Pure.
import { versionId } from './version.js'

/** Said of what failed outside a transaction. */
export const STILL_THERE = 'It runs outside a transaction: what it did is still there.'

/** Advice after a step that failed outside a transaction, on the database itself. */
export const settleRow = (version: number): string =>
  `Look at what it has done, and settle its row with \`lockstep mark ${versionId(version)} --applied\` or \`--pending\` before you run again.`
