// Describes which writes to the tables of a history fail because of a broken trigger. Pure.
import type { StoppedWrite } from './find-broken.js'
import { objectKey } from './read-schema.js'

/** Texts like `INSERT into notes`, for the tables and views that the history has. */
export const writesOf = (
  owned: { has(object: string): boolean },
  stops: readonly StoppedWrite[],
): string[] =>
  stops
    .filter(
      ({ table }) => owned.has(objectKey('table', table)) || owned.has(objectKey('view', table)),
    )
    .map(({ table, event }) => `${WORDS[event] ?? event} ${table}`)

const WORDS: Readonly<Record<string, string>> = {
  insert: 'INSERT into',
  update: 'UPDATE of',
  delete: 'DELETE from',
}
